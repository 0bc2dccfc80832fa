package org.crvqa.worker;

import org.crvqa.task.v1.TaskEvent;

/** Someone who follows a task. */
@FunctionalInterface
interface TaskSubscriber {
    /**
     * Takes an event, in order and one at a time. Called from the device thread and the heartbeat thread: must not
     * block. False: gone, send nothing more.
     */
    boolean onEvent(TaskEvent event);
}
