package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.time.Duration;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningTaskTest {
    private final MutableClock clock = new MutableClock();
    private long nanos;
    private final RecordingSubscriber subscriber = new RecordingSubscriber();
    private final RunningTask task = new RunningTask(keyOf(training(1)), training(1), "trainer-1", clock, () -> nanos);

    @BeforeEach
    void subscribe() {
        task.subscribe(subscriber, false);
    }

    @Test
    void progress_manyInAnInstant_sendsTheFirstOnly() {
        for (int step = 1; step <= 1000; step++) {
            task.progress(step(step));
        }

        assertThat(sentSteps()).containsExactly(1L);
    }

    @Test
    void progress_tenSeconds_sendsFourASecond() {
        for (int step = 0; step < 1000; step++) {
            task.progress(step(step));
            clock.advance(Duration.ofMillis(10));
        }

        assertThat(sentSteps()).hasSize(40);
    }

    @Test
    void progress_newPhase_isSentAtOnce() {
        task.progress(step(1));
        task.progress(TaskProgress.newBuilder().setPhase("evaluate").build());

        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.PROGRESS, EventCase.PROGRESS);
    }

    @Test
    void progress_clockSetBack_isStillSent() {
        task.progress(step(1));
        clock.advance(Duration.ofHours(-1));
        task.progress(step(2));

        assertThat(sentSteps()).containsExactly(1L, 2L);
    }

    @Test
    void heartbeat_progressHeldBack_sendsItInstead() {
        task.progress(step(1));
        task.progress(step(2));

        task.heartbeat();

        assertThat(sentSteps()).containsExactly(1L, 2L);
        assertThat(latestProgress().hasRunningFor()).isFalse();
    }

    @Test
    void heartbeat_stepTakesLong_saysForHowLongItHasBeenRunning() {
        task.progress(step(7));
        clock.advance(Duration.ofSeconds(5));
        task.heartbeat();
        clock.advance(Duration.ofSeconds(20));
        task.heartbeat();

        assertThat(sentSteps()).containsExactly(7L, 7L, 7L);
        assertThat(latestProgress().getRunningFor().getSeconds()).isEqualTo(25);

        task.progress(step(8));
        assertThat(latestProgress()).isEqualTo(step(8));
    }

    @Test
    void heartbeat_clockSetBack_saysNoNegativeTime() {
        task.progress(step(7));
        clock.advance(Duration.ofHours(-1));
        task.heartbeat();

        assertThat(latestProgress().getRunningFor()).isEqualTo(com.google.protobuf.Duration.getDefaultInstance());
    }

    @Test
    void heartbeat_noProgressYet_isAHeartbeat() {
        task.heartbeat();

        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.HEARTBEAT);
    }

    @Test
    void heartbeat_always_saysHowLongTheWorkHasBeenQuiet() {
        nanos += Duration.ofSeconds(7).toNanos();
        task.heartbeat();
        task.sign();
        task.progress(step(1));
        task.progress(step(2));
        nanos += Duration.ofSeconds(3).toNanos();
        task.heartbeat();
        nanos += Duration.ofSeconds(3).toNanos();
        task.heartbeat();

        assertThat(subscriber.events().stream()
                        .filter(TaskEvent::hasWorkQuietFor)
                        .map(event -> event.getWorkQuietFor().getSeconds()))
                .containsExactly(7L, 3L, 6L);
    }

    @Test
    void isStuckFor_neitherToldToStopNorQuietForLong_isNot() {
        Duration limit = Duration.ofMinutes(5);
        nanos += limit.multipliedBy(2).toNanos();
        assertThat(task.isStuckFor(limit)).isFalse();

        task.become(TaskState.CANCELLING);
        assertThat(task.isStuckFor(limit)).isFalse();

        nanos += limit.toNanos() + 1;
        assertThat(task.isStuckFor(limit)).isTrue();

        task.sign();
        assertThat(task.isStuckFor(limit)).isFalse();

        nanos += limit.toNanos() + 1;
        task.leaveDevice();
        assertThat(task.isStuckFor(limit)).isFalse();
    }

    @Test
    void supersede_running_stopsTheWorkAndCancelComesTooLate() {
        task.supersede(Manifest.newBuilder().setKey("other").build());

        assertThat(task.mustStop()).isTrue();
        assertThat(task.become(TaskState.CANCELLING)).isFalse();
        assertThat(task.committedElsewhere().orElseThrow().getKey()).isEqualTo("other");
        assertThat(task.end(TaskState.COMPLETED, TaskEvent.newBuilder())).isTrue();
    }

    @Test
    void supersede_cancelledOrCommitting_changesNothing() {
        task.become(TaskState.COMMITTING);
        task.supersede(Manifest.getDefaultInstance());

        assertThat(task.mustStop()).isFalse();
        assertThat(task.committedElsewhere()).isEmpty();
    }

    @Test
    void phase_afterProgress_keepsTheStepsAndDropsTheirSpeed() {
        task.progress(step(9).toBuilder().setExamplesPerSecond(3).build());
        task.phase("store the result");

        assertThat(latestProgress())
                .isEqualTo(step(9).toBuilder().setPhase("store the result").build());
    }

    @Test
    void end_progressHeldBack_sendsItBeforeTheLastEvent() {
        task.progress(step(1));
        task.progress(step(2));
        task.become(TaskState.CANCELLING);

        task.end(TaskState.CANCELLED, cancelled());

        assertThat(sentSteps()).containsExactly(1L, 2L);
        assertThat(subscriber.kinds()).endsWith(EventCase.CANCELLED);
    }

    @Test
    void end_twice_sendsOneTerminalEvent() {
        assertThat(task.end(TaskState.INTERRUPTED, TaskEvent.newBuilder())).isTrue();
        assertThat(task.end(TaskState.CANCELLED, cancelled())).isFalse();
        task.progress(step(1));
        task.heartbeat();

        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.EVENT_NOT_SET);
    }

    @Test
    void subscribe_afterTheEnd_hearsTheEnd() {
        task.become(TaskState.CANCELLING);
        task.end(TaskState.CANCELLED, cancelled());
        RecordingSubscriber late = new RecordingSubscriber();

        task.subscribe(late, true);

        assertThat(late.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.CANCELLED);
        assertThat(task.subscriberCount()).isZero();
    }

    private TaskProgress latestProgress() {
        List<TaskEvent> events =
                subscriber.events().stream().filter(TaskEvent::hasProgress).toList();
        return events.get(events.size() - 1).getProgress();
    }

    private List<Long> sentSteps() {
        return subscriber.events().stream()
                .filter(TaskEvent::hasProgress)
                .map(event -> event.getProgress().getStep())
                .toList();
    }

    private static TaskEvent.Builder cancelled() {
        return TaskEvent.newBuilder().setCancelled(TaskCancelled.getDefaultInstance());
    }

    private static TaskProgress step(long step) {
        return TaskProgress.newBuilder().setPhase("train").setStep(step).build();
    }
}
