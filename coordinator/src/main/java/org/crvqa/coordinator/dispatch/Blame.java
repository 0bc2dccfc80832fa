package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.FailureKind;
import org.jboss.logging.Logger;

/** Whose fault an ending is: {@link WorkerHealth} says by which rule. Owned by the event loop. */
final class Blame {
    private static final Logger LOG = Logger.getLogger(Blame.class);

    private final Roster roster;

    Blame(Roster roster) {
        this.roster = roster;
    }

    /** An attempt at the task ended on the worker. */
    void ended(Task task, WorkerSlot worker, Ending ending, Instant now) {
        if (!isTrouble(ending)) {
            return;
        }
        if (task.troubles.add(worker.name())) {
            // Two workers have seen it: the task is the common cause.
            task.troubles.workers().forEach(name -> roster.named(name).ifPresent(slot -> shared(task, slot)));
        }
        if (ending instanceof Ending.Unfit) {
            task.troubles.refused(worker.name());
        }
        String why = task.plan.label() + ": " + ending.word() + ": " + ending.reason();
        if (blame(task, worker, ending, why, now)) {
            LOG.warnf("Worker %s is set aside: %s", worker.name(), why);
        }
        roster.file(worker);
    }

    private void shared(Task task, WorkerSlot worker) {
        worker.health.shared(task.key());
        roster.file(worker);
    }

    /** True when the worker is set aside. */
    private boolean blame(Task task, WorkerSlot worker, Ending ending, String why, Instant now) {
        if (ending instanceof Ending.Stalled) {
            worker.health.stalled(task.key(), why, now);
            return true;
        }
        if (ending instanceof Ending.Unfit unfit && unfit.otherVersion()) {
            worker.health.otherVersion(why);
            return true;
        }
        if (task.troubles.workers().size() > 1) {
            return false;
        }
        Duration longest = roster.longestPause(worker);
        if (ending instanceof Ending.Unfit) {
            worker.health.refused(task.key(), why, now, longest);
            return true;
        }
        return worker.health.troubled(task.key(), why, now, longest);
    }

    /** Not a worker that is killed or told to stop, and not what a user got wrong. */
    private static boolean isTrouble(Ending ending) {
        if (ending instanceof Ending.Failed failed) {
            return failed.failure().getKind() != FailureKind.FAILURE_KIND_USER_ERROR;
        }
        return ending instanceof Ending.Unfit || ending instanceof Ending.NotTaken || ending instanceof Ending.Stalled;
    }
}
