package org.crvqa.trainer.service;

import com.google.common.collect.Iterators;
import io.grpc.Channel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.crvqa.worker.testing.WorkServiceContract;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@QuarkusTest
class TrainerServiceTest extends WorkServiceContract {
    @ConfigProperty(name = "quarkus.grpc.server.port")
    int grpcPort;

    @TestHTTPResource("/q/")
    URI http;

    TrainerServiceTest() {
        super(
                "crvqa.trainer.v1.TrainerService",
                WorkerKind.WORKER_KIND_TRAINER,
                "trainer-",
                TaskSpec.newBuilder()
                        .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                        .setTrain(TrainSpec.getDefaultInstance())
                        .build());
    }

    @Override
    protected int grpcPort() {
        return grpcPort;
    }

    @Override
    protected URI http() {
        return http;
    }

    @Override
    protected WorkerDescription describe(Channel channel) {
        return service(channel).describe(DescribeRequest.getDefaultInstance()).getWorker();
    }

    @Override
    protected Iterator<TaskEvent> work(Channel channel, TaskAssignment assignment) {
        TrainRequest request =
                TrainRequest.newBuilder().setAssignment(assignment).build();
        return Iterators.transform(service(channel).train(request), TrainResponse::getEvent);
    }

    private static TrainerServiceGrpc.TrainerServiceBlockingStub service(Channel channel) {
        return TrainerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
