package org.crvqa.vqa.train;

/**
 * A saved training state is not one of the task that was to go on with it: other tensors, other numbers. Nothing was
 * changed. The task can begin with its first step.
 */
final class UnusableStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableStateException(String message) {
        super(message);
    }

    UnusableStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
