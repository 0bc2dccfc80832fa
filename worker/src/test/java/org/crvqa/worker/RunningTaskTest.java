package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.time.Duration;
import java.util.List;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningTaskTest {
    private final MutableClock clock = new MutableClock();
    private final RecordingSubscriber subscriber = new RecordingSubscriber();
    private final RunningTask task = new RunningTask(keyOf(training(1)), training(1), "trainer-1", clock);

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
        task.heartbeat();

        assertThat(sentSteps()).containsExactly(1L, 2L);
        assertThat(subscriber.kinds())
                .containsExactly(EventCase.ACCEPTED, EventCase.PROGRESS, EventCase.PROGRESS, EventCase.HEARTBEAT);
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
