package org.crvqa.study.attempt;

import org.crvqa.task.v1.TaskFailure;

/** How an attempt ended without a result. */
public sealed interface Ending {
    /** A few words, for the record in the store. */
    String word();

    /** For people. */
    String reason();

    /** The worker says that the job failed. */
    record Failed(TaskFailure failure) implements Ending {
        @Override
        public String word() {
            return "failed";
        }

        @Override
        public String reason() {
            return failure.getCause();
        }
    }

    /** The worker had the task, and was silent for too long, or its stream broke. */
    record Lost(String reason) implements Ending {
        @Override
        public String word() {
            return "lost";
        }
    }

    /** The worker was called, and nobody knows whether it took the task: it never said so. */
    record NotTaken(String reason) implements Ending {
        @Override
        public String word() {
            return "not taken";
        }
    }

    /** The worker had the task and lives, but the work gives no sign of life. */
    record Stalled(String reason) implements Ending {
        @Override
        public String word() {
            return "stalled";
        }
    }

    /** The worker stops and gave the task back, or another is further along. */
    record Interrupted(String reason) implements Ending {
        @Override
        public String word() {
            return "interrupted";
        }
    }

    /** The worker did not take the task for a reason that passes: it is busy, or this coordinator leads no more. */
    record Refused(String reason) implements Ending {
        @Override
        public String word() {
            return "refused";
        }
    }

    /**
     * The worker cannot run such tasks: another version, another store.
     *
     * @param failure what the task fails with when every worker says so
     * @param otherVersion that it computes other bytes; nothing is held against the task then
     */
    record Unfit(TaskFailure failure, boolean otherVersion) implements Ending {
        @Override
        public String word() {
            return "refused";
        }

        @Override
        public String reason() {
            return failure.getCause();
        }
    }

    /** The store could not be read or written before the call, or after the worker said that it was done. */
    record StoreUnavailable(String reason) implements Ending {
        @Override
        public String word() {
            return "store unavailable";
        }
    }
}
