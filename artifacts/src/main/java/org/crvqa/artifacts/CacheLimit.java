package org.crvqa.artifacts;

import java.util.Map;

/**
 * How much of the disk copies of remote artifacts may take.
 *
 * @param bytes of all copies together; {@link Long#MAX_VALUE}: as much as the disk has
 */
public record CacheLimit(long bytes) {
    /** Only the disk bounds the cache. */
    public static final CacheLimit DISK = new CacheLimit(Long.MAX_VALUE);

    private static final String VARIABLE = "CRVQA_CACHE_GIB";

    /** @throws IllegalArgumentException when it is negative */
    public CacheLimit {
        if (bytes < 0) {
            throw new IllegalArgumentException("A negative limit of the cache: " + bytes);
        }
    }

    /**
     * From the environment variable CRVQA_CACHE_GIB; unset: {@link #DISK}.
     *
     * @throws InvalidInputException when it is not a positive number
     */
    public static CacheLimit fromEnvironment(Map<String, String> environment) {
        String text = environment.getOrDefault(VARIABLE, "").strip();
        if (text.isEmpty()) {
            return DISK;
        }
        try {
            double gib = Double.parseDouble(text);
            if (gib > 0) {
                return new CacheLimit((long) Math.min(gib * (1L << 30), Long.MAX_VALUE));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new InvalidInputException(
                VARIABLE + " is '" + text + "', expected a positive number of GiB",
                "Set it to what copies of remote artifacts may take of the disk, such as 100, or unset it.");
    }
}
