package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One magnitude threshold over all tensors together. Reads one tensor at a time, each several times, so that not all need be
 * in main memory at once.
 */
public final class GlobalMagnitude {
    private GlobalMagnitude() {}

    /**
     * Gives every tensor the count of zeros that falls to it when the smallest magnitudes of all tensors are zeros,
     * as many as the tensors' own rates add up to. Among equal magnitudes those of earlier tensors, then those with the
     * smallest index, are zeros first.
     */
    public static List<MaskTarget> share(List<MaskTarget> targets, Function<String, FloatBuffer> values) {
        List<Supplier<FloatBuffer>> tensors = targets.stream()
                .<Supplier<FloatBuffer>>map(target -> () -> values.apply(target.name()))
                .toList();
        long total = targets.stream().mapToLong(target -> target.zerosAt(0)).sum();
        if (total == 0) {
            return targets.stream().map(target -> target.withZeros(0)).toList();
        }
        KthSmallest.Found found = KthSmallest.findMagnitude(tensors, total);
        long tiesLeft = found.ties();
        List<MaskTarget> shared = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            FloatBuffer tensor = tensors.get(i).get();
            int below = 0;
            int equal = 0;
            for (int j = 0; j < tensor.capacity(); j++) {
                float magnitude = Math.abs(tensor.get(j));
                below += magnitude < found.value() ? 1 : 0;
                equal += magnitude == found.value() ? 1 : 0;
            }
            int zeroTies = (int) Math.min(equal, tiesLeft);
            tiesLeft -= zeroTies;
            shared.add(targets.get(i).withZeros(below + zeroTies));
        }
        return shared;
    }
}
