package org.crvqa.cli.bench;

/** Something could not be measured, though what was asked for is in order. The message is for people. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String advice;

    BenchException(String message, String advice) {
        super(message);
        this.advice = advice;
    }

    /** What to do; may be empty. */
    public String advice() {
        return advice;
    }
}
