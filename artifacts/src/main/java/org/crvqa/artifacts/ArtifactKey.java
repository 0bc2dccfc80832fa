package org.crvqa.artifacts;

import java.util.HexFormat;
import org.crvqa.task.v1.TaskSpec;

/**
 * The name of a task and of the artifact that it makes: 64 lower-case hexadecimal digits, SHA-256 of its spec. Held as
 * numbers, since a coordinator keeps hundreds of thousands.
 */
public final class ArtifactKey implements Comparable<ArtifactKey> {
    private static final int DIGITS = 64;
    private static final int DIGITS_OF_PART = 16;
    private static final int HEX = 16;

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    /** @throws IllegalArgumentException when {@code hex} is not a key */
    public ArtifactKey(String hex) {
        if (!isKey(hex)) {
            // It may come from a caller and goes back to them in a header: not all of a text of any length.
            String found = hex.length() <= 80 ? hex : hex.substring(0, 80) + "... (" + hex.length() + " characters)";
            throw new IllegalArgumentException("Not an artifact key (64 lower-case hexadecimal digits): " + found);
        }
        a = part(hex, 0);
        b = part(hex, 1);
        c = part(hex, 2);
        d = part(hex, 3);
    }

    /** Whether a text is a key. */
    public static boolean isKey(String text) {
        return text.length() == DIGITS && text.chars().allMatch(ArtifactKey::isDigit);
    }

    private static boolean isDigit(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    private static long part(String hex, int part) {
        return Long.parseUnsignedLong(hex, part * DIGITS_OF_PART, (part + 1) * DIGITS_OF_PART, HEX);
    }

    /** The key of a task spec: SHA-256 of its {@linkplain CanonicalJson canonical JSON}. */
    public static ArtifactKey of(TaskSpec spec) {
        return new ArtifactKey(Sha256.hex(CanonicalJson.of(spec)));
    }

    /** The 64 digits. */
    public String hex() {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(a) + format.toHexDigits(b) + format.toHexDigits(c) + format.toHexDigits(d);
    }

    /** The first twelve digits, for people. */
    public String abbreviated() {
        return hex().substring(0, 12);
    }

    /** The digest as four numbers, from its first digits to its last. */
    public long[] words() {
        return new long[] {a, b, c, d};
    }

    /** In the order of the digits. */
    @Override
    public int compareTo(ArtifactKey other) {
        int order = Long.compareUnsigned(a, other.a);
        order = order == 0 ? Long.compareUnsigned(b, other.b) : order;
        order = order == 0 ? Long.compareUnsigned(c, other.c) : order;
        return order == 0 ? Long.compareUnsigned(d, other.d) : order;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ArtifactKey key && a == key.a && b == key.b && c == key.c && d == key.d;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    @Override
    public String toString() {
        return hex();
    }
}
