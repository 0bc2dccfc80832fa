package org.crvqa.evaluator.service;

import com.google.common.collect.Iterators;
import io.grpc.Channel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.evaluator.v1.DescribeRequest;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.worker.testing.WorkServiceContract;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@QuarkusTest
class EvaluatorServiceTest extends WorkServiceContract {
    @ConfigProperty(name = "quarkus.grpc.server.port")
    int grpcPort;

    @TestHTTPResource("/q/")
    URI http;

    EvaluatorServiceTest() {
        super(
                "crvqa.evaluator.v1.EvaluatorService",
                WorkerKind.WORKER_KIND_EVALUATOR,
                "eval-",
                TaskSpec.newBuilder()
                        .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                        .setEvaluate(EvaluateSpec.getDefaultInstance())
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
        EvaluateRequest request =
                EvaluateRequest.newBuilder().setAssignment(assignment).build();
        return Iterators.transform(service(channel).evaluate(request), EvaluateResponse::getEvent);
    }

    private static EvaluatorServiceGrpc.EvaluatorServiceBlockingStub service(Channel channel) {
        return EvaluatorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
