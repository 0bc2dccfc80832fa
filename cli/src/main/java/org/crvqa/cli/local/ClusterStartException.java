package org.crvqa.cli.local;

/** A service of the local cluster could not be started. The message says which and ends with the tail of its log. */
public class ClusterStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterStartException(String message) {
        super(message);
    }
}
