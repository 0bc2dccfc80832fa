package org.crvqa.vqa.sample;

import java.util.List;

/** What an object in a scene has. Every attribute but the place is coded in region features. */
enum Attribute {
    SHAPE("cube", "ball", "cone", "ring", "star", "bell", "boat", "lamp"),
    COLOR("red", "blue", "green", "yellow", "black", "white", "brown", "gray"),
    MATERIAL("wood", "metal", "glass", "plastic", "paper"),
    OPEN("yes", "no"),
    ON("yes", "no"),
    BROKEN("yes", "no"),
    DOTS("1", "2", "3", "4"),
    /** Shown by the box alone. */
    PLACE("left", "right", "top", "bottom");

    private static final double[][] CENTRES = {{.2, .5}, {.8, .5}, {.5, .2}, {.5, .8}};

    private final List<String> values;

    Attribute(String... values) {
        this.values = List.of(values);
    }

    List<String> answers() {
        return values;
    }

    boolean isCoded() {
        return this != PLACE;
    }

    /** Where an object at a place stands, as fractions of the image's width and height. */
    static double[] centre(int place) {
        return CENTRES[place].clone();
    }
}
