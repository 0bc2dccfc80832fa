package org.crvqa.artifacts.store;

/** The server does not know conditional writes, and says so. {@link CreateIfAbsentProbe} turns it into advice. */
final class NoConditionalWritesException extends StoreException {
    private static final long serialVersionUID = 1L;

    NoConditionalWritesException(String message, Throwable cause) {
        super(message, cause);
    }
}
