package org.crvqa.coordinator.scale;

/** The cluster could not be asked about a pool, or refused what was asked. */
public final class PoolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code message} says what was to be done, and to which pool. */
    public PoolException(String message, Throwable cause) {
        super(message, cause);
    }
}
