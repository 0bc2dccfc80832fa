package org.crvqa.vqa.mask;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers for the values of one tensor that depend on nothing but seed, step, purpose, the tensor's name and the
 * place: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), read at any place of its sequence. The same on every machine,
 * and the same again when a task is resumed.
 */
final class MaskRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final long start;

    /** @param purpose keeps draws for different things of the same tensor and step apart */
    MaskRandom(long seed, long step, String purpose, String name) {
        start = mix(mix(mix(seed) + step) + hash(purpose + '/' + name));
    }

    /** Where the sequence starts, of which {@link #at} reads. */
    long start() {
        return start;
    }

    /** Uniform in [0, 1), of 53 bits. */
    double at(long place) {
        return (mix(start + place * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
    }

    /**
     * A choice of exactly {@code zeros} of n places, every choice as likely as another (Knuth, The Art of Computer
     * Programming 3.4.2, algorithm S): 0 where chosen, else 1.
     */
    byte[] dropping(int n, int zeros) {
        byte[] kept = new byte[n];
        drop(kept, 0, n, zeros);
        return kept;
    }

    /** As {@link #dropping}, of each {@code groups.of()} neighbours. */
    byte[] dropping(int n, NmGroups groups) {
        byte[] kept = new byte[n];
        for (int from = 0; from < n; from += groups.of()) {
            drop(kept, from, groups.of(), groups.of() - groups.keep());
        }
        return kept;
    }

    private void drop(byte[] kept, int from, int n, int zeros) {
        int left = zeros;
        for (int i = 0; i < n; i++) {
            boolean zero = at(from + i) * (n - i) < left;
            kept[from + i] = (byte) (zero ? 0 : 1);
            left -= zero ? 1 : 0;
        }
    }

    private static long mix(long value) {
        long z = value + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** FNV-1a: 64 bits, since two names with one hash would get the same draws. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
