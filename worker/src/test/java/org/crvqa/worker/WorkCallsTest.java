package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.crvqa.worker.WorkerFixture.evaluation;
import static org.crvqa.worker.WorkerFixture.training;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through a real gRPC server and client, without a network. */
class WorkCallsTest {
    @TempDir
    Path folder;

    private WorkerFixture worker;
    private Optional<TaskRunner> visibleRunner = Optional.empty();
    private Server server;
    private ManagedChannel channel;
    private TrainerServiceGrpc.TrainerServiceBlockingStub trainer;

    @BeforeEach
    void open() throws Exception {
        worker = WorkerFixture.accepting(folder);
        visibleRunner = Optional.of(worker.runner);
        String name = UUID.randomUUID().toString();
        server = InProcessServerBuilder.forName(name)
                .addService(new TrainerOverWorkCalls(new WorkCalls(() -> visibleRunner)))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
        trainer = TrainerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        worker.close();
    }

    @Test
    void train_newTask_streamsUntilCompleted() {
        List<EventCase> kinds = new ArrayList<>();
        trainer.train(request(training(1)))
                .forEachRemaining(response -> kinds.add(response.getEvent().getEventCase()));

        assertThat(kinds).containsExactly(EventCase.ACCEPTED, EventCase.COMPLETED);
    }

    @Test
    void train_keyOfAnotherSpec_isInvalidArgumentWithBothKeys() throws Exception {
        TaskAssignment mixed =
                training(1).toBuilder().setKey(training(2).getKey()).build();

        StatusRuntimeException refused = refusalOf(mixed);

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription())
                .contains(training(1).getKey(), training(2).getKey());
        assertThat(detail(refused, BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo("assignment.key");
    }

    @Test
    void train_malformedKey_isInvalidArgument() {
        TaskAssignment malformed = training(1).toBuilder().setKey("12").build();

        assertThat(refusalOf(malformed).getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void train_workOfAnotherService_isInvalidArgument() {
        StatusRuntimeException refused = refusalOf(evaluation());

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).contains("TRAIN", "EVALUATE");
    }

    @Test
    void train_attemptZero_isInvalidArgument() throws Exception {
        StatusRuntimeException refused =
                refusalOf(training(1).toBuilder().setAttempt(0).build());

        assertThat(detail(refused, BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo("assignment.attempt");
    }

    @Test
    void train_otherAlgorithmVersion_isInvalidArgument() throws Exception {
        TaskSpec newer =
                training(1).getSpec().toBuilder().setAlgorithmVersion(2).build();
        TaskAssignment assignment = training(1).toBuilder()
                .setSpec(newer)
                .setKey(ArtifactKey.of(newer).hex())
                .build();

        assertThat(detail(refusalOf(assignment), BadRequest.class)
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("assignment.spec.algorithm_version");
    }

    @Test
    void train_whileBusy_isResourceExhaustedAndNamesTheRunningTask() throws Exception {
        worker.handler.waitsForRelease();
        worker.runUntilEntered(training(1));

        StatusRuntimeException refused = refusalOf(training(2));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        ErrorInfo info = detail(refused, ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("BUSY");
        assertThat(info.getDomain()).isEqualTo("crvqa.org");
        assertThat(info.getMetadataOrThrow("running_key")).isEqualTo(training(1).getKey());
    }

    @Test
    void train_whileDraining_isUnavailable() throws Exception {
        worker.runner.drain(Duration.ZERO);

        StatusRuntimeException refused = refusalOf(training(1));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(detail(refused, ErrorInfo.class).getReason()).isEqualTo("DRAINING");
    }

    @Test
    void describe_storeNotOpenYet_isUnavailable() {
        visibleRunner = Optional.empty();

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> trainer.describe(DescribeRequest.getDefaultInstance()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void describe_idle_saysKindAndDevice() {
        var description = trainer.describe(DescribeRequest.getDefaultInstance()).getWorker();

        assertThat(description.getKind()).isEqualTo(WorkerKind.WORKER_KIND_TRAINER);
        assertThat(description.getDevice()).isEqualTo("cpu");
        assertThat(description.getWorkerId()).isEqualTo(WorkerFixture.WORKER_ID);
    }

    @Test
    void cancel_runningThenUnknown_saysWhetherItRan() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));

        boolean first = trainer.cancel(cancelling(training(1))).getWasRunning();
        boolean unknown = trainer.cancel(cancelling(training(2))).getWasRunning();
        worker.handler.release.countDown();

        assertThat(first).isTrue();
        assertThat(unknown).isFalse();
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
    }

    @Test
    void train_callerHangsUp_workGoesOn() throws Exception {
        worker.handler.waitsForRelease();
        var cancellable = io.grpc.Context.current().withCancellation();
        Iterator<TrainResponse> events = cancellable.call(() -> trainer.train(request(training(1))));
        assertThat(events.next().getEvent().hasAccepted()).isTrue();

        cancellable.cancel(null);
        RecordingSubscriber other = worker.run(training(1));
        worker.handler.release.countDown();

        assertThat(other.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    @Test
    void train_callerDoesNotRead_deviceIsNotHeldUp() throws Exception {
        int metrics = 100_000;
        worker.handler.does((spec, context) -> {
            for (int step = 0; step < metrics; step++) {
                context.metric("loss", step, 0.5);
            }
        });
        SlowCaller slow = new SlowCaller();
        TrainerServiceGrpc.newStub(channel).train(request(training(1)), slow);
        assertThat(slow.first.await(20, TimeUnit.SECONDS)).isTrue();

        // Another task can run while the first caller has read one event.
        worker.handler.does((spec, context) -> {});
        awaitIdle();
        assertThat(worker.run(training(2)).awaitTerminal().hasCompleted()).isTrue();
        slow.readTheRest();

        assertThat(slow.done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(slow.last.hasCompleted()).isTrue();
        assertThat(slow.count).isLessThan(metrics);
    }

    private void awaitIdle() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!worker.runner.describe().getRunningKey().isEmpty()) {
            assertThat(System.nanoTime()).as("the device is held up").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private StatusRuntimeException refusalOf(TaskAssignment assignment) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> trainer.train(request(assignment)).hasNext());
    }

    private static TrainRequest request(TaskAssignment assignment) {
        return TrainRequest.newBuilder().setAssignment(assignment).build();
    }

    private static CancelRequest cancelling(TaskAssignment assignment) {
        return CancelRequest.newBuilder().setKey(assignment.getKey()).build();
    }

    private static <M extends com.google.protobuf.Message> M detail(StatusRuntimeException refused, Class<M> type)
            throws InvalidProtocolBufferException {
        for (Any any : StatusProto.fromThrowable(refused).getDetailsList()) {
            if (any.is(type)) {
                return any.unpack(type);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + refused);
    }

    /** Asks for one event, and for the others when told. */
    private static final class SlowCaller implements ClientResponseObserver<TrainRequest, TrainResponse> {
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile ClientCallStreamObserver<TrainRequest> call;
        private volatile TaskEvent last = TaskEvent.getDefaultInstance();
        private volatile int count;

        @Override
        public void beforeStart(ClientCallStreamObserver<TrainRequest> request) {
            call = request;
            request.disableAutoRequestWithInitial(1);
        }

        void readTheRest() {
            call.request(Integer.MAX_VALUE);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // gRPC calls one at a time.
        public void onNext(TrainResponse response) {
            last = response.getEvent();
            count++;
            first.countDown();
        }

        @Override
        public void onError(Throwable error) {
            done.countDown();
        }

        @Override
        public void onCompleted() {
            done.countDown();
        }
    }
}
