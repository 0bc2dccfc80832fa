package org.crvqa.vqa.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names and shapes of the answer head: weight-normalised Linear(H → 2H), ReLU, dropout, weight-normalised
 * Linear(2H → A). As in torch with {@code weight_norm(dim=None)}, {@code weight_g} is a scalar (no dimensions) and
 * {@code weight_v} the direction: W = g · v / ‖v‖.
 */
public final class HeadParameters {
    static final String FIRST = "classifier.main.0";
    static final String SECOND = "classifier.main.3";

    /** The direction of the last matrix, (A, 2H). */
    public static final String LAST_MATRIX = SECOND + ".weight_v";

    private HeadParameters() {}

    /** Name to shape, in {@code state_dict} order, for a pooled state of width {@code hidden}. */
    public static Map<String, long[]> shapes(int hidden, int answers) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        linear(shapes, FIRST, 2L * hidden, hidden);
        linear(shapes, SECOND, answers, 2L * hidden);
        return Collections.unmodifiableMap(shapes);
    }

    private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
        shapes.put(name + ".bias", new long[] {out});
        shapes.put(name + ".weight_g", new long[] {});
        shapes.put(name + ".weight_v", new long[] {out, in});
    }
}
