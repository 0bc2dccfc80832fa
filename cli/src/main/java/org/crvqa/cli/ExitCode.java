package org.crvqa.cli;

/** What the exit status of {@code crvqa} means. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** The experiment failed, was cancelled or is incomplete; or the program has a defect. */
    public static final int FAILED = 1;
    /** A wrong option, file, name or value. */
    public static final int BAD_INPUT = 2;
    /** The coordinator or the store could not be reached, or the local cluster does not run. */
    public static final int UNREACHABLE = 3;
    /** Ctrl-C, as shells count it. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
