package org.crvqa.artifacts.store;

/** The object store could not be reached or refused. The message names the operation and the object. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String advice;

    /** With the client's exception. */
    public StoreException(String message, Throwable cause) {
        this(message, "", cause);
    }

    /** With the client's exception, and what a person can do about it. */
    public StoreException(String message, String advice, Throwable cause) {
        super(message, cause);
        this.advice = advice;
    }

    /** Without one. */
    public StoreException(String message) {
        super(message);
        this.advice = "";
    }

    /** What went wrong, without what can be done about it. */
    public String problem() {
        return String.valueOf(getMessage());
    }

    /** What a person can do about it; may be empty. */
    public String advice() {
        return advice;
    }
}
