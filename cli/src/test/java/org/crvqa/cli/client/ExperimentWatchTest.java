package org.crvqa.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.v1.ExperimentState.EXPERIMENT_STATE_RUNNING;
import static org.crvqa.coordinator.v1.ExperimentState.EXPERIMENT_STATE_SUCCEEDED;

import io.grpc.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.crvqa.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExperimentWatchTest {
    private static final ExperimentWatch.Timing TIMING = new ExperimentWatch.Timing(
            Duration.ofSeconds(20), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(20));

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Test
    void follow_coordinatorRestarts_goesOnToTheEnd() throws Exception {
        FakeCoordinator first = new FakeCoordinator(0);
        try (CoordinatorClient client = CoordinatorClient.of("localhost:" + first.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            first.nextWatch().onNext(FakeCoordinator.message(EXPERIMENT_STATE_RUNNING));
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            first.close();
            assertThat(events.take()).isEqualTo("disconnected");

            try (FakeCoordinator second = new FakeCoordinator(first.port())) {
                var watch = second.nextWatch();
                watch.onNext(FakeCoordinator.message(EXPERIMENT_STATE_SUCCEEDED));
                watch.onCompleted();
                assertThat(events.take()).isEqualTo("reconnected");
                assertThat(last.join().ended()).isTrue();
            }
        }
    }

    @Test
    void follow_streamFallsSilent_isOpenedAgain() throws Exception {
        try (FakeCoordinator coordinator = new FakeCoordinator(0);
                CoordinatorClient client = CoordinatorClient.of("localhost:" + coordinator.port())) {
            ExperimentWatch.Timing hasty = new ExperimentWatch.Timing(
                    Duration.ofMillis(100), TIMING.firstBackoff(), TIMING.longestBackoff(), TIMING.patience());
            // On a busy machine any stream may be given up before its message gets there: each gets one.
            coordinator.answerEachWatch(EXPERIMENT_STATE_RUNNING);
            CompletableFuture<ExperimentSnapshot> last = follow(client, hasty);
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            assertThat(events.take()).isEqualTo("disconnected");
            coordinator.answerEachWatch(EXPERIMENT_STATE_SUCCEEDED);

            assertThat(last.join().ended()).isTrue();
            assertThat(events).contains("reconnected");
        }
    }

    @Test
    void follow_unknownExperiment_failsAtOnceAsBadInput() throws Exception {
        try (FakeCoordinator coordinator = new FakeCoordinator(0);
                CoordinatorClient client = CoordinatorClient.of("localhost:" + coordinator.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            coordinator
                    .nextWatch()
                    .onError(Status.NOT_FOUND
                            .withDescription("There is no experiment e")
                            .asRuntimeException());

            assertThatThrownBy(last::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .hasMessage("There is no experiment e")
                    .extracting(e -> ((CoordinatorException) e).exitCode())
                    .isEqualTo(ExitCode.BAD_INPUT);
        }
    }

    @Test
    void follow_noCoordinator_failsWhenPatienceEnds() throws Exception {
        FakeCoordinator gone = new FakeCoordinator(0);
        gone.close();
        ExperimentWatch.Timing impatient = new ExperimentWatch.Timing(
                TIMING.silence(), TIMING.firstBackoff(), TIMING.longestBackoff(), Duration.ZERO);
        try (CoordinatorClient client = CoordinatorClient.of("localhost:" + gone.port())) {
            assertThatThrownBy(follow(client, impatient)::join)
                    .cause()
                    .hasMessageStartingWith("Cannot reach the coordinator at localhost:" + gone.port())
                    .extracting(e -> ((CoordinatorException) e).exitCode())
                    .isEqualTo(ExitCode.UNREACHABLE);
        }
    }

    private CompletableFuture<ExperimentSnapshot> follow(CoordinatorClient client, ExperimentWatch.Timing timing) {
        ExperimentWatch.Listener listener = new ExperimentWatch.Listener() {
            @Override
            public void changed(ExperimentSnapshot snapshot) {
                events.add(snapshot.experiment().getState().toString());
            }

            @Override
            public void disconnected(String reason) {
                events.add("disconnected");
            }

            @Override
            public void reconnected() {
                events.add("reconnected");
            }
        };
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new ExperimentWatch(client, timing, InstantSource.system()).follow("e", listener);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }
}
