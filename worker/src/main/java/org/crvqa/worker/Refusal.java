package org.crvqa.worker;

import java.util.Map;

/** A call that is refused before any work. Speaks of the call; what goes wrong in a task is an event of its stream. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why; {@link CallStatus} gives each its status code. */
    enum Reason {
        /** The spec is not what this service takes, or a field is malformed. */
        INVALID_ASSIGNMENT,
        /** Another task runs, or this one is being cancelled. */
        BUSY,
        /** The engine is still starting. */
        STARTING,
        /** The process is about to end. */
        DRAINING,
        /** The device is broken. */
        DEVICE_FAILED,
        /** The caller is a coordinator that was replaced. */
        FENCED,
        /** The assignment asks the worker to end itself, which it does not allow. */
        HALT_NOT_ALLOWED
    }

    private final Reason reason;
    private final transient Map<String, String> facts;

    /** {@code facts}: what a program may want to know; for INVALID_ASSIGNMENT a "field". */
    Refusal(Reason reason, String message, Map<String, String> facts) {
        super(message, null, false, false);
        this.reason = reason;
        this.facts = Map.copyOf(facts);
    }

    static Refusal invalid(String field, String message) {
        return new Refusal(Reason.INVALID_ASSIGNMENT, message, Map.of("field", field));
    }

    Reason reason() {
        return reason;
    }

    Map<String, String> facts() {
        return facts;
    }
}
