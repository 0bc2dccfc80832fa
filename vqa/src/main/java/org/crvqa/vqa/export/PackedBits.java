package org.crvqa.vqa.export;

/** Masks as bits: value i is bit i % 8, the lowest first, of byte i / 8. */
final class PackedBits {
    private PackedBits() {}

    static int bytes(int values) {
        return (values + 7) / 8;
    }

    /** {@code kept}: 1 or 0 each. */
    static byte[] pack(byte[] kept) {
        byte[] bits = new byte[bytes(kept.length)];
        for (int i = 0; i < kept.length; i++) {
            bits[i >> 3] |= (byte) (kept[i] << (i & 7));
        }
        return bits;
    }

    static byte[] unpack(byte[] bits, int values) {
        byte[] kept = new byte[values];
        for (int i = 0; i < values; i++) {
            kept[i] = (byte) (bits[i >> 3] >> (i & 7) & 1);
        }
        return kept;
    }

    /** Whether no bit beyond the values is set. */
    static boolean fits(byte[] bits, int values) {
        return (values & 7) == 0 || (bits[bits.length - 1] & 0xff) >> (values & 7) == 0;
    }

    static int count(byte[] kept) {
        int count = 0;
        for (byte value : kept) {
            count += value;
        }
        return count;
    }

    /** The values that stay. */
    static float[] select(float[] values, byte[] kept) {
        float[] selected = new float[count(kept)];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            if (kept[i] != 0) {
                selected[next++] = values[i];
            }
        }
        return selected;
    }

    /** The values at their places, 0 elsewhere. */
    static float[] spread(float[] selected, byte[] kept) {
        float[] values = new float[kept.length];
        int next = 0;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] != 0) {
                values[i] = selected[next++];
            }
        }
        return values;
    }
}
