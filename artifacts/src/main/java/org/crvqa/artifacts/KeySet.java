package org.crvqa.artifacts;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;

/** Very many keys, numbered in the order in which they were added. At most 90 bytes a key, 60 mostly. Not thread-safe. */
public final class KeySet {
    private static final int WORDS = 4;
    private static final int FIRST_SLOTS = 1 << 10;
    /** Where no key is. */
    private static final int NONE = -1;

    /** The digests, one after the other. */
    private long[] words = new long[FIRST_SLOTS / 2 * WORDS];

    /** Numbers of keys, each at the first free place from its hash on. */
    private int[] slots = emptySlots(FIRST_SLOTS);

    private int size;

    /** A set that holds these. */
    public static KeySet of(Collection<ArtifactKey> keys) {
        KeySet set = new KeySet();
        keys.forEach(set::add);
        return set;
    }

    /** How many there are; numbers are below it. */
    public int size() {
        return size;
    }

    /** Adds a key unless it is there. Its number. */
    public int add(ArtifactKey key) {
        long[] digest = digest(key);
        int slot = slot(digest);
        if (slots[slot] != NONE) {
            return slots[slot];
        }
        if ((size + 1) * WORDS > words.length) {
            words = Arrays.copyOf(words, words.length + words.length / 2);
        }
        System.arraycopy(digest, 0, words, size * WORDS, WORDS);
        slots[slot] = size++;
        if (size > slots.length / 2) {
            grow();
        }
        return size - 1;
    }

    /** The number of a key; negative when it is not there. */
    public int number(ArtifactKey key) {
        return slots[slot(digest(key))];
    }

    public boolean contains(ArtifactKey key) {
        return number(key) != NONE;
    }

    /** The key of a number. */
    public ArtifactKey key(int number) {
        ByteBuffer bytes = ByteBuffer.allocate(WORDS * Long.BYTES);
        for (int i = 0; i < WORDS; i++) {
            bytes.putLong(words[number * WORDS + i]);
        }
        return new ArtifactKey(HexFormat.of().formatHex(bytes.array()));
    }

    private void grow() {
        slots = emptySlots(slots.length * 2);
        for (int number = 0; number < size; number++) {
            slots[slot(Arrays.copyOfRange(words, number * WORDS, (number + 1) * WORDS))] = number;
        }
    }

    /** Where the key is, or where it belongs. */
    private int slot(long[] digest) {
        // Digests are evenly spread as they are.
        int slot = (int) digest[0] & (slots.length - 1);
        while (slots[slot] != NONE && !isAt(slots[slot], digest)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int number, long[] digest) {
        return Arrays.equals(words, number * WORDS, (number + 1) * WORDS, digest, 0, WORDS);
    }

    private static long[] digest(ArtifactKey key) {
        return key.words();
    }

    private static int[] emptySlots(int count) {
        int[] empty = new int[count];
        Arrays.fill(empty, NONE);
        return empty;
    }
}
