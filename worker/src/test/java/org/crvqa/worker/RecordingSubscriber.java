package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;

/** Keeps what it hears. */
final class RecordingSubscriber implements TaskSubscriber {
    private final List<TaskEvent> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch terminal = new CountDownLatch(1);
    private volatile boolean gone;

    @Override
    public boolean onEvent(TaskEvent event) {
        if (gone) {
            return false;
        }
        events.add(event);
        switch (event.getEventCase()) {
            case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> terminal.countDown();
            case ACCEPTED, HEARTBEAT, PROGRESS, METRIC, CHECKPOINTED, RESUMED, EVENT_NOT_SET -> {}
        }
        return true;
    }

    void leave() {
        gone = true;
    }

    List<TaskEvent> events() {
        return List.copyOf(events);
    }

    List<EventCase> kinds() {
        return events.stream().map(TaskEvent::getEventCase).toList();
    }

    /** The last event, once there is a terminal one. */
    TaskEvent awaitTerminal() throws InterruptedException {
        assertThat(terminal.await(20, TimeUnit.SECONDS)).as("a terminal event").isTrue();
        return events.get(events.size() - 1);
    }
}
