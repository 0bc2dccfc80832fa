package org.crvqa.coordinator.leader;

/** A coordinator that leads no more was asked for what only a leader may do. The message is for people. */
public final class DeposedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeposedException(String message) {
        super(message);
    }
}
