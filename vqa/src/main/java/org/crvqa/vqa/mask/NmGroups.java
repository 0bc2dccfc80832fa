package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import org.crvqa.task.v1.NmPattern;

/**
 * N:M sparsity (Mishra et al. 2021, "Accelerating sparse deep neural networks"): of every {@code of} neighbours along a
 * matrix's input, which lie side by side in memory, {@code keep} stay.
 */
record NmGroups(int keep, int of) {
    NmGroups {
        if (keep < 1 || keep >= of) {
            throw new IllegalArgumentException("pattern " + keep + ":" + of + ", expected 1 <= keep < of");
        }
    }

    static NmGroups of(NmPattern spec) {
        return new NmGroups(spec.getKeep(), spec.getOf());
    }

    /** The fraction of zeros. */
    double rate() {
        return 1 - keep / (double) of;
    }

    /**
     * Which values stay: 0 for the {@code of - keep} smallest of each group, among equal ones those with the smallest
     * index, else 1.
     *
     * @param values a multiple of {@code of}
     */
    byte[] kept(FloatBuffer values, boolean magnitude) {
        byte[] kept = new byte[values.capacity()];
        float[] group = new float[of];
        for (int from = 0; from < kept.length; from += of) {
            values.get(from, group);
            for (int i = 0; i < of; i++) {
                kept[from + i] = 1;
                group[i] = magnitude ? Math.abs(group[i]) : group[i];
            }
            for (int zeros = 0; zeros < of - keep; zeros++) {
                kept[from + smallest(group, kept, from)] = 0;
            }
        }
        return kept;
    }

    /** The first of the smallest values that still stay. */
    private int smallest(float[] group, byte[] kept, int from) {
        int smallest = -1;
        for (int i = 0; i < of; i++) {
            if (kept[from + i] == 1 && (smallest < 0 || group[i] < group[smallest])) {
                smallest = i;
            }
        }
        return smallest;
    }
}
