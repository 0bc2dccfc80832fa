package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task is told when its device fails, and what becomes of the worker's process. */
class DeviceFailureTest {
    private static final String OUT_OF_MEMORY =
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB\nException raised from";

    @TempDir
    private Path folder;

    private WorkerFixture worker;

    @BeforeEach
    void open() throws Exception {
        worker = WorkerFixture.accepting(folder);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: device-side assert triggered",
                "CUDA error: an illegal memory access was encountered",
                "CUDA error: misaligned address",
                "CUDA error: unspecified launch failure",
                "CUDA error: uncorrectable ECC error encountered",
                "cuBLAS error: CUBLAS_STATUS_EXECUTION_FAILED when calling cublasSgemm"
            })
    void handler_contextRuined_taskIsNotChargedAndProcessEndsOnceThatIsTold(String message) throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException(message);
        });
        RecordingSubscriber subscriber = worker.run(training(1));

        assertThat(worker.deviceLost.await(20, TimeUnit.SECONDS)).isTrue();
        TaskEvent last = subscriber.events().get(subscriber.events().size() - 1);
        assertThat(last.getFailed().getKind()).isEqualTo(FailureKind.FAILURE_KIND_DEVICE);
        assertThat(last.getFailed().getCause()).isEqualTo("The device failed: " + message);
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_DEVICE_FAILED);
        assertThat(worker.runner.isAccepting()).isFalse();
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> worker.run(training(2)))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.DEVICE_FAILED));
    }

    @Test
    void handler_contextRuined_nextProcessFindsNoDeathInATask() throws Exception {
        worker.handler.does((spec, context) -> {
            assertThat(folder.resolve("cache/running.json")).exists();
            throw new IllegalStateException("CUDA error: misaligned address");
        });
        worker.run(training(1));

        assertThat(worker.deviceLost.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.marker().tellDeath()).isEmpty();
    }

    @Test
    void handler_contextRuinedInATaskThatIsBeingCancelled_processEndsToo() throws Exception {
        worker.handler.does((spec, context) -> {
            worker.handler.awaitRelease();
            throw new IllegalStateException("step", new IllegalStateException("CUDA error: misaligned address"));
        });
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));
        worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
        assertThat(worker.deviceLost.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void handler_outOfMemory_isTriedAgainAndTheWorkerStaysWithItsCachesEmptied() throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException(OUT_OF_MEMORY);
        });
        TaskFailure failure = worker.run(training(1)).awaitTerminal().getFailed();

        assertThat(failure.getKind()).isEqualTo(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES);
        assertThat(failure.getCause()).endsWith("79.11 GiB");
        assertThat(failure.getAdvice()).contains("nvidia-smi", "batch size", "precision: bfloat16");
        assertThat(worker.handler.releases).hasValue(1);
        assertCompletes(2);
    }

    @Test
    void handler_memoryIsHeldUntilTheProcessEnds_processEnds() throws Exception {
        worker.handler.leaks = true;
        assertOutOfMemoryEndsTheProcess();
    }

    /** As libtorch's interpreter of programs says it. */
    @Test
    void handler_failureInsideAProgram_isToldByTheLineThatSaysIt() throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException("""
                    The following operation failed in the TorchScript interpreter.
                    Traceback of TorchScript, serialized code (most recent call last):
                      File "code/__torch__.py", line 7, in copy_all
                        torch.copy_(targets[i], sources[i], queued)
                        ~~~~~~~~~~~ <--- HERE
                    RuntimeError: %s
                    C++ CapturedCallStack: ...""".formatted(OUT_OF_MEMORY));
        });

        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getCause())
                .isEqualTo(
                        "Out of memory on the device: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total"
                                + " capacity of 79.11 GiB");
    }

    @Test
    void handler_memoryCannotBeReleased_contextIsRuinedAfterAll() throws Exception {
        worker.handler.releaseFails = true;
        assertOutOfMemoryEndsTheProcess();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expected scalar type Float but found Half",
                "CUDA error: invalid configuration argument",
                "Expected all tensors to be on the same device"
            })
    void handler_applicationErrorOnTheDevice_taskFailsAndWorkerStays(String message) throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException(message);
        });
        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_INTERNAL);

        assertCompletes(2);
    }

    @Test
    void handler_stoppedTask_emptiesTheCachesAndWorkerStays() throws Exception {
        worker.handler.does((spec, context) -> {
            worker.handler.awaitRelease();
            throw new CancellationException();
        });
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));
        worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();
        subscriber.awaitTerminal();

        assertThat(worker.handler.releases).hasValue(1);
        assertCompletes(2);
    }

    /** The device thread is done with everything before it once this task has ended. */
    private void assertOutOfMemoryEndsTheProcess() throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException(OUT_OF_MEMORY);
        });
        RecordingSubscriber subscriber = worker.run(training(1));

        assertThat(worker.deviceLost.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(subscriber.awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES);
        assertThat(worker.runner.isAccepting()).isFalse();
    }

    private void assertCompletes(long seed) throws Exception {
        worker.handler.does((spec, context) -> {});
        assertThat(worker.run(training(seed)).awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        assertThat(worker.deviceLost.getCount()).isEqualTo(1);
    }
}
