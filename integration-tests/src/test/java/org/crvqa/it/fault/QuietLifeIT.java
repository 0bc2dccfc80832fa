package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What services log, and what their callers hear, when calls reach them from before they listen until after their end. */
@Timeout(300)
class QuietLifeIT {
    private static final int CALLERS = 6;
    private static final int CALLS = 50;

    @TempDir
    private Path folder;

    @Test
    void trainer_calledWhileItStartsAndEnds_logsNoStackTraceAndBreaksNoCall() throws Exception {
        isQuiet(
                "trainer",
                channel -> TrainerServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .describe(DescribeRequest.getDefaultInstance()));
    }

    @Test
    void coordinator_calledWhileItStartsAndEnds_logsNoStackTraceAndBreaksNoCall() throws Exception {
        isQuiet(
                "coordinator",
                channel -> CoordinatorServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .listExperiments(ListExperimentsRequest.getDefaultInstance()));
    }

    private void isQuiet(String name, Consumer<ManagedChannel> call) throws Exception {
        ClusterPlan plan = ClusterPlan.in(folder.resolve("quiet-" + name))
                .with(ServiceKind.TRAINER, 1)
                .with(ServiceKind.EVALUATOR, 0)
                .absent("trainer")
                .absent("coordinator");
        try (FaultCluster cluster = plan.start();
                Callers callers = new Callers(() -> cluster.service(name).grpcPort(), call)) {
            ServiceProcess service = cluster.service(name);
            cluster.launch(service);
            service.awaitReady();
            Await.until(CALLS + " answers", Await.LONG, () -> callers.answers.get() >= CALLS);
            service.terminate();
            service.awaitEnd();

            assertThat(callers.errors).isSubsetOf(Status.Code.UNAVAILABLE);
            assertThat(service.log()).contains(" INFO ").doesNotContain("\tat ", "Exception");
        }
    }

    /** Threads that call without a pause, each over a connection of its own. */
    private static final class Callers implements AutoCloseable {
        private final AtomicInteger answers = new AtomicInteger();
        private final Set<Status.Code> errors = ConcurrentHashMap.newKeySet();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ended;

        Callers(IntSupplier port, Consumer<ManagedChannel> call) {
            for (int i = 0; i < CALLERS; i++) {
                Thread thread = new Thread(() -> call(port, call), "caller-" + i);
                thread.start();
                threads.add(thread);
            }
        }

        private void call(IntSupplier port, Consumer<ManagedChannel> call) {
            while (!ended) {
                // Of a channel that has found nobody the next attempt comes late; a new one tries at once.
                ManagedChannel channel = Grpc.newChannelBuilder(
                                "127.0.0.1:" + port.getAsInt(), InsecureChannelCredentials.create())
                        .build();
                try {
                    while (!ended) {
                        call.accept(channel);
                        answers.incrementAndGet();
                    }
                } catch (StatusRuntimeException e) {
                    errors.add(e.getStatus().getCode());
                } finally {
                    channel.shutdownNow();
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
