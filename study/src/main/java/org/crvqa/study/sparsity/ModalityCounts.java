package org.crvqa.study.sparsity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Weights in a model's maskable matrices.
 *
 * @param modalities by name, without the pooler: language, vision, fusion, or language alone
 * @param pooler of the pooler's matrix
 */
record ModalityCounts(Map<String, Long> modalities, long pooler) {
    private static final List<String> NAMES = List.of("language", "vision", "fusion");

    /** From the counts of a model's manifest. @throws InvalidInputException when they are not there */
    static ModalityCounts of(Map<String, Long> maskable) {
        Map<String, Long> modalities = new LinkedHashMap<>();
        for (String name : NAMES) {
            long count = maskable.getOrDefault(name, 0L);
            if (count > 0) {
                modalities.put(name, count);
            }
        }
        if (!modalities.containsKey("language")) {
            throw new InvalidInputException(
                    "The model's manifest does not say how many weights may be masked", "Import the model again.");
        }
        return new ModalityCounts(modalities, maskable.getOrDefault("pooler", 0L));
    }

    /** Of all maskable matrices together. */
    long total() {
        return pooler + modalities.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The rates that relate to each other: those of the modalities and the whole's. */
    List<String> related() {
        List<String> names = new ArrayList<>(modalities.keySet());
        names.add(SparsitySolver.WHOLE);
        return names;
    }
}
