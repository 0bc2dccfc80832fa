package org.crvqa.artifacts;

/**
 * What a person gave is wrong: a file, a spec, a name. Never retried. The message says what was wrong, where (file,
 * line, key) and what was expected; {@link #advice()} says what to do.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String advice;

    /** {@code message}: what was wrong, where, what was expected; {@code advice}: what to do. */
    public InvalidInputException(String message, String advice) {
        super(message);
        this.advice = advice;
    }

    /** As above, with the exception that revealed it. */
    public InvalidInputException(String message, String advice, Throwable cause) {
        super(message, cause);
        this.advice = advice;
    }

    /** What the person can do about it, as a sentence. */
    public String advice() {
        return advice;
    }
}
