package org.crvqa.coordinator.dispatch;

import org.crvqa.artifact.v1.Manifest;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskResumed;

/** What is to be done because of a step of an attempt. */
sealed interface AttemptEffect {
    /** Call the worker; {@code note} is for the task's status. */
    record Call(String note) implements AttemptEffect {}

    /** Ask the store whether the artifact is there. */
    record AskStore() implements AttemptEffect {}

    /** Tell the worker to stop. */
    record CancelAtWorker() implements AttemptEffect {}

    /** Stop listening, free the worker's slot. */
    record Release() implements AttemptEffect {}

    /** The task is done. */
    record Done(Manifest manifest) implements AttemptEffect {}

    /** The attempt ended without a result: record it and decide what becomes of the task. */
    record End(Ending ending) implements AttemptEffect {}

    /** Ask the store whether this coordinator still leads; {@code by} is for the log. */
    record Challenge(String by) implements AttemptEffect {}

    /** Show something that is new: the worker has the task. */
    record ShowAccepted() implements AttemptEffect {}

    /** Show how far it is. */
    record ShowProgress(TaskProgress progress) implements AttemptEffect {}

    /** Show from where it goes on. */
    record ShowResumed(TaskResumed resumed) implements AttemptEffect {}

    /** A newer state makes earlier losses good. */
    record NoteSaved(long steps) implements AttemptEffect {}
}
