package org.crvqa.vqa.sample;

/** An object of a scene: for each attribute the index of its value. Owned by one thread. */
final class SceneObject {
    private final int[] values = new int[Attribute.values().length];

    /** An object of this shape whose other attributes are drawn uniformly. */
    SceneObject(int shape, Draws draws) {
        for (Attribute attribute : Attribute.values()) {
            set(
                    attribute,
                    attribute == Attribute.SHAPE
                            ? shape
                            : draws.below(attribute.answers().size()));
        }
    }

    int get(Attribute attribute) {
        return values[attribute.ordinal()];
    }

    void set(Attribute attribute, int value) {
        values[attribute.ordinal()] = value;
    }

    /** The name of the attribute's value. */
    String text(Attribute attribute) {
        return attribute.answers().get(get(attribute));
    }
}
