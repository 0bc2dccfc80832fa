package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The cache's disk, or what it may use of it, is full of files that processes have open. Thrown before anything is
 * written, or after what was written has been removed.
 */
public final class DiskFullException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /** How operating systems say it, and how who classifies failures recognises it. */
    static final String SIGN = "No space left on device";

    DiskFullException(String what, String advice) {
        super(SIGN + ": " + what + ". " + advice, new IOException(SIGN));
    }

    /** Whether an operation failed because the disk is full, as the operating system or the store's client said. */
    static boolean causes(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (String.valueOf(each.getMessage()).contains(SIGN)) {
                return true;
            }
        }
        return false;
    }
}
