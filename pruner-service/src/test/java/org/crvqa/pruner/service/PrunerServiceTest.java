package org.crvqa.pruner.service;

import com.google.common.collect.Iterators;
import io.grpc.Channel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.pruner.v1.DescribeRequest;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.worker.testing.WorkServiceContract;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@QuarkusTest
class PrunerServiceTest extends WorkServiceContract {
    @ConfigProperty(name = "quarkus.grpc.server.port")
    int grpcPort;

    @TestHTTPResource("/q/")
    URI http;

    PrunerServiceTest() {
        super(
                "crvqa.pruner.v1.PrunerService",
                WorkerKind.WORKER_KIND_PRUNER,
                "pruner-",
                TaskSpec.newBuilder()
                        .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                        .setPrune(PruneSpec.getDefaultInstance())
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
        PruneRequest request =
                PruneRequest.newBuilder().setAssignment(assignment).build();
        return Iterators.transform(service(channel).prune(request), PruneResponse::getEvent);
    }

    private static PrunerServiceGrpc.PrunerServiceBlockingStub service(Channel channel) {
        return PrunerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
