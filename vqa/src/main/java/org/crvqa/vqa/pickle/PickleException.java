package org.crvqa.vqa.pickle;

/** Why a pickle is not read, without the file's name. */
public final class PickleException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message goes on where a file's name left off, such as "holds a list" */
    public PickleException(String message) {
        super(message);
    }
}
