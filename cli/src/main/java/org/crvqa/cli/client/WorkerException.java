package org.crvqa.cli.client;

/** A worker did not do what was asked. The message is for people. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String advice;

    /** {@code exitCode} is an {@link org.crvqa.cli.ExitCode}; {@code advice} may be empty. */
    public WorkerException(int exitCode, String message, String advice) {
        super(message);
        this.exitCode = exitCode;
        this.advice = advice;
    }

    /** The {@link org.crvqa.cli.ExitCode} that fits. */
    public int exitCode() {
        return exitCode;
    }

    /** What to do; may be empty. */
    public String advice() {
        return advice;
    }
}
