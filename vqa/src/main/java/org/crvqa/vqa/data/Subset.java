package org.crvqa.vqa.data;

import java.util.Arrays;

/**
 * Examples of a split that are also scored on their own, such as the out-of-distribution sets of VQA-VS, which are
 * parts of its IID test. Immutable.
 */
public final class Subset {
    private final String name;
    private final String split;
    private final int[] examples;

    /** {@code examples}: places in the split, ascending; taken over. */
    Subset(String name, String split, int[] examples) {
        this.name = name;
        this.split = split;
        this.examples = examples;
    }

    /** Name of the subset, such as "qt-kw"; unique in the dataset, and no split's. */
    public String name() {
        return name;
    }

    /** Name of the split whose examples these are. */
    public String split() {
        return split;
    }

    /** Number of examples, at least 1. */
    public int size() {
        return examples.length;
    }

    /** Whether the example at this place of the split is one of them. */
    boolean contains(int place) {
        return Arrays.binarySearch(examples, place) >= 0;
    }

    /** Places of the examples in their split, ascending; a new array. */
    public int[] examples() {
        return examples.clone();
    }
}
