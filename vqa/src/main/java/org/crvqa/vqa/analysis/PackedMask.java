package org.crvqa.vqa.analysis;

/** The mask of one matrix with 64 weights in a word, so that two masks are compared 64 weights at a time. */
final class PackedMask {
    private final long[] words;

    private PackedMask(long[] words) {
        this.words = words;
    }

    /** {@code kept}: 1 where the weight stays, else 0. */
    static PackedMask of(byte[] kept) {
        long[] words = new long[(kept.length + Long.SIZE - 1) / Long.SIZE];
        for (int i = 0; i < kept.length; i++) {
            words[i / Long.SIZE] |= (long) kept[i] << (i % Long.SIZE);
        }
        return new PackedMask(words);
    }

    /** Number of weights that stay. */
    long kept() {
        return shared(this);
    }

    /** Number of weights that stay in both of two masks of the same length. */
    long shared(PackedMask other) {
        long count = 0;
        for (int i = 0; i < words.length; i++) {
            count += Long.bitCount(words[i] & other.words[i]);
        }
        return count;
    }
}
