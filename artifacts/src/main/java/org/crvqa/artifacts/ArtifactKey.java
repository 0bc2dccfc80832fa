package org.crvqa.artifacts;

import java.util.regex.Pattern;
import org.crvqa.task.v1.TaskSpec;

/** The name of a task and of the artifact that it makes: 64 lower-case hexadecimal digits, SHA-256 of its spec. */
public record ArtifactKey(String hex) implements Comparable<ArtifactKey> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when {@code hex} is not a key */
    public ArtifactKey {
        if (!FORM.matcher(hex).matches()) {
            // It may come from a caller and goes back to them in a header: not all of a text of any length.
            String found = hex.length() <= 80 ? hex : hex.substring(0, 80) + "... (" + hex.length() + " characters)";
            throw new IllegalArgumentException("Not an artifact key (64 lower-case hexadecimal digits): " + found);
        }
    }

    /** The key of a task spec: SHA-256 of its {@linkplain CanonicalJson canonical JSON}. */
    public static ArtifactKey of(TaskSpec spec) {
        return new ArtifactKey(Sha256.hex(CanonicalJson.of(spec)));
    }

    /** The first twelve digits, for people. */
    public String abbreviated() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(ArtifactKey other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
