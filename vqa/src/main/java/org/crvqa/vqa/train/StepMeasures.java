package org.crvqa.vqa.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a training step measured, all of it before the step changed anything.
 *
 * @param loss what was minimised
 * @param gradientNorm global L2 norm of the gradients before clipping
 * @param parts terms of the loss by name, beside what it says of the answers
 */
record StepMeasures(double loss, double gradientNorm, Map<String, Double> parts) {
    /** From the numbers in this order. */
    static StepMeasures of(float[] numbers, Set<String> parts) {
        Map<String, Double> named = new LinkedHashMap<>();
        int next = 2;
        for (String part : parts) {
            named.put(part, (double) numbers[next++]);
        }
        return new StepMeasures(numbers[0], numbers[1], named);
    }

    /** What of the loss the answers are responsible for. */
    double answers() {
        return loss - parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
