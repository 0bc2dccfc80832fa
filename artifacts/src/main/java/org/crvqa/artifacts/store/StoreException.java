package org.crvqa.artifacts.store;

/** The object store could not be reached or refused. The message names the operation and the object. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the client's exception. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without one. */
    public StoreException(String message) {
        super(message);
    }
}
