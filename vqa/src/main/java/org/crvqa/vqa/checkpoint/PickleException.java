package org.crvqa.vqa.checkpoint;

/** Why a pickle is not read, without the file's name. */
final class PickleException extends Exception {
    private static final long serialVersionUID = 1L;

    PickleException(String message) {
        super(message);
    }
}
