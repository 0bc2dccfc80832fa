package org.crvqa.vqa.train;

/**
 * The SplitMix64 generator (Steele, Lea and Flood, OOPSLA 2014). Our own few lines, because the data order of a training
 * run must be the same on every Java release, and the library promises that for no generator of this quality.
 */
final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix64(long seed) {
        state = seed;
    }

    /** A generator for the pair; pairs that differ in either number give unrelated sequences. */
    static SplitMix64 of(long seed, long index) {
        return new SplitMix64(mix(mix(seed + GOLDEN_GAMMA) + (index + 1) * GOLDEN_GAMMA));
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in 0..bound-1, without bias: numbers of the incomplete last range are drawn again. */
    int below(int bound) {
        long bits = next() >>> 1;
        long value = bits % bound;
        while (bits - value + (bound - 1) < 0) {
            bits = next() >>> 1;
            value = bits % bound;
        }
        return (int) value;
    }

    /** Uniform in [0, 1): the upper 53 bits of the next number. */
    double nextFraction() {
        return (next() >>> 11) * 0x1p-53;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
