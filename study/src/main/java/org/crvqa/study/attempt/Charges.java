package org.crvqa.study.attempt;

import org.crvqa.task.v1.FailureKind;

/** Which failures count against a task, and how many of them end it. */
public final class Charges {
    /** So many failures that count are one too many. */
    public static final int LIMIT = 3;

    private Charges() {}

    /** Whether a failure counts against the task. */
    public static boolean isCharged(FailureKind kind) {
        return kind != FailureKind.FAILURE_KIND_EXTERNAL && kind != FailureKind.FAILURE_KIND_DEVICE;
    }

    /**
     * Whether a failure that was recorded without saying so was final, given how many were charged including this one: so
     * decided the releases that recorded it.
     */
    static boolean wasFinal(FailureKind kind, int charged) {
        return kind == FailureKind.FAILURE_KIND_USER_ERROR || (isCharged(kind) && charged >= LIMIT);
    }
}
