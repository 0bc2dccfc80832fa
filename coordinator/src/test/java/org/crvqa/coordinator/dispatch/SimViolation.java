package org.crvqa.coordinator.dispatch;

/** Something that must never happen has happened in a simulation. */
final class SimViolation extends AssertionError {
    private static final long serialVersionUID = 1;

    SimViolation(String what) {
        super(what);
    }
}
