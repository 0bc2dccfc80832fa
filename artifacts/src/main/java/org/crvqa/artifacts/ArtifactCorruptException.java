package org.crvqa.artifacts;

/** Stored bytes are not what a manifest says. The message names the artifact, the file and both digests. */
public class ArtifactCorruptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArtifactCorruptException(String message) {
        super(message);
    }

    public ArtifactCorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
