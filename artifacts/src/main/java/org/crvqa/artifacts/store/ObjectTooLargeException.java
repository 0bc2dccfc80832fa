package org.crvqa.artifacts.store;

import org.crvqa.artifacts.ArtifactCorruptException;

/** An object is larger than anything of its name can be. It was not read; the message says what to do. */
public final class ObjectTooLargeException extends ArtifactCorruptException {
    private static final long serialVersionUID = 1L;

    /**
     * @param size of the object in bytes, as far as it is known: what arrived before the read was given up, at least
     * @param most bytes that the reader takes
     */
    ObjectTooLargeException(String location, String name, long size, long most) {
        super("Object " + name + " in " + location + " has " + size + " bytes or more, expected were at most " + most
                + "; crvqa did not write it so. Remove it, or put what belongs there back.");
    }
}
