package org.crvqa.cli.masks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.analysis.MaskSimilarity;
import org.crvqa.vqa.analysis.MatrixOverlap;

/**
 * Runs of stage 2 and how alike their masks are.
 *
 * @param runs in the order of the comparison's numbers
 * @param similarity of their masks
 * @param groups of pairs by what they differ in
 */
public record MaskComparison(List<MaskRun> runs, MaskSimilarity similarity, List<PairGroup> groups) {
    /** How fine a table by parts of the model is. */
    public enum Detail {
        NONE,
        LAYER,
        MATRIX;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public MaskComparison {
        runs = List.copyOf(runs);
        groups = List.copyOf(groups);
    }

    /**
     * Compares the masks of these artifacts.
     *
     * @throws InvalidInputException when a key is given twice, one is not a result of stage 2, there are too few or too
     *     many, or their models differ in shape
     */
    public static MaskComparison of(ArtifactRepository artifacts, List<ArtifactKey> keys) {
        List<ArtifactKey> distinct = keys.stream().distinct().toList();
        if (distinct.size() < keys.size()) {
            throw new InvalidInputException(
                    "A key is given twice among the " + keys.size() + " to compare", "Give each mask once.");
        }
        List<MaskRun> runs = new ArrayList<>();
        for (ArtifactKey key : distinct.subList(0, Math.min(distinct.size(), MaskSimilarity.MOST_MASKS + 1))) {
            runs.add(MaskRun.open(artifacts, key));
        }
        runs = withUniqueLabels(runs);
        MaskSimilarity similarity =
                MaskSimilarity.of(runs.stream().map(MaskRun::maskFile).toList());
        return new MaskComparison(runs, similarity, PairGroup.of(runs));
    }

    private static List<MaskRun> withUniqueLabels(List<MaskRun> runs) {
        Map<String, Integer> counts = new HashMap<>();
        runs.forEach(run -> counts.merge(run.label(), 1, Integer::sum));
        return runs.stream()
                .map(run -> counts.getOrDefault(run.label(), 0) == 1
                        ? run
                        : run.withLabel(run.label() + ", " + run.key().abbreviated()))
                .toList();
    }

    /** The model's parts with their matrices. */
    Map<String, List<MatrixOverlap>> parts(Detail detail) {
        return switch (detail) {
            case NONE -> Map.of();
            case LAYER -> similarity.layers();
            case MATRIX -> {
                Map<String, List<MatrixOverlap>> matrices = new LinkedHashMap<>();
                similarity.matrices().forEach(matrix -> matrices.put(matrix.name(), List.of(matrix)));
                yield matrices;
            }
        };
    }

    /** "a", "b", ..., "z", "aa", ...: what a group is called in tables and pictures. */
    static String letter(int group) {
        String last = Character.toString('a' + group % 26);
        return group < 26 ? last : letter(group / 26 - 1) + last;
    }
}
