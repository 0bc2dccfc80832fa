package org.crvqa.cli.masks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.crvqa.vqa.analysis.Similarity;

/**
 * Pairs of runs that differ in the same respect.
 *
 * @param difference in words: "seed", "stage-2 loss", "stage-1 loss, seed"
 * @param pairs numbers of two runs each, the smaller first
 */
record PairGroup(String difference, List<Pair> pairs) {
    PairGroup {
        pairs = List.copyOf(pairs);
    }

    /** Two runs by number. */
    record Pair(int first, int second) {}

    /** The groups of all pairs, those with the fewest differences first. */
    static List<PairGroup> of(List<MaskRun> runs) {
        boolean severalMethods = runs.stream().map(MaskRun::method).distinct().count() > 1;
        Map<String, List<Pair>> groups = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            for (int j = i + 1; j < runs.size(); j++) {
                MaskRun first = runs.get(i);
                MaskRun second = runs.get(j);
                List<String> different = MaskTraits.differences(first.traits(), second.traits());
                // A spread over seeds of trained masks and one of magnitude masks are two things.
                String method =
                        severalMethods && first.method().equals(second.method()) ? " (" + first.method() + ")" : "";
                String name = (different.isEmpty() ? "nothing" : String.join(", ", different)) + method;
                groups.computeIfAbsent(name, key -> new ArrayList<>()).add(new Pair(i, j));
                counts.put(name, different.size());
            }
        }
        return groups.entrySet().stream()
                .map(group -> new PairGroup(group.getKey(), group.getValue()))
                .sorted(Comparator.comparing(group -> counts.getOrDefault(group.difference(), 0)))
                .toList();
    }

    /** The similarities of all its pairs. */
    List<Similarity> similarities(BiFunction<Integer, Integer, Similarity> ofPair) {
        return pairs.stream()
                .map(pair -> ofPair.apply(pair.first(), pair.second()))
                .toList();
    }
}
