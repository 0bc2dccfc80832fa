package org.crvqa.coordinator.dispatch;

import org.crvqa.task.v1.TaskFailure;

/** How an attempt ended without a result. */
sealed interface Ending {
    /** One word, for the record in the store. */
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

    /** The worker was silent for too long, or its stream broke. */
    record Lost(String reason) implements Ending {
        @Override
        public String word() {
            return "lost";
        }
    }

    /** The worker stops and gave the task back. */
    record Interrupted(String reason) implements Ending {
        @Override
        public String word() {
            return "interrupted";
        }
    }

    /** The worker did not take the task: it is busy or draining. */
    record Refused(String reason) implements Ending {
        @Override
        public String word() {
            return "refused";
        }
    }

    /** The store could not be read or written before the call. */
    record StoreUnavailable(String reason) implements Ending {
        @Override
        public String word() {
            return "store unavailable";
        }
    }
}
