package org.crvqa.vqa.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * How alike the masks of several runs are: per matrix |M1∧M2| / |M1∨M2|, averaged over matrices. Masks are numbered from
 * 0 in the order in which they were given.
 *
 * @param masks how many were compared
 * @param matrices what they have in common in each matrix, in the order of the first mask's file
 */
public record MaskSimilarity(int masks, List<MatrixOverlap> matrices) {
    /** The most masks at once: so many of the largest matrix of a base-size model take under 400 MB of memory. */
    public static final int MOST_MASKS = 128;

    private static final String HEAD = "classifier.";

    public MaskSimilarity {
        matrices = List.copyOf(matrices);
    }

    /**
     * Compares masks of one model, reading one matrix of all of them at a time. Matrices of the answer head count when
     * every mask has them.
     *
     * @throws InvalidInputException when there are fewer than two masks or too many, one is not a mask, or they are of
     *     models with different matrices
     */
    public static MaskSimilarity of(List<MaskFile> files) {
        if (files.size() < 2 || files.size() > MOST_MASKS) {
            throw new InvalidInputException(
                    "There are " + files.size() + " masks to compare, expected 2 to " + MOST_MASKS,
                    "Give the results of two or more runs of stage 2.");
        }
        List<MatrixOverlap> matrices = new ArrayList<>();
        for (Map.Entry<String, List<Long>> matrix : common(files).entrySet()) {
            List<PackedMask> masks =
                    files.stream().map(file -> file.read(matrix.getKey())).toList();
            long weights = matrix.getValue().stream().reduce(1L, Math::multiplyExact);
            matrices.add(MatrixOverlap.of(matrix.getKey(), weights, masks));
        }
        return new MaskSimilarity(files.size(), matrices);
    }

    /** Mean over matrices of how alike two masks are. */
    public Similarity similarity(int first, int second) {
        return Similarity.mean(matrices.stream()
                .map(matrix -> matrix.similarity(first, second))
                .toList());
    }

    /** The fraction of all compared weights that a mask keeps. */
    public double density(int mask) {
        long kept = matrices.stream().mapToLong(matrix -> matrix.kept(mask)).sum();
        return (double) kept
                / matrices.stream().mapToLong(MatrixOverlap::weights).sum();
    }

    /** Matrices by the layer that they belong to, in order. */
    public Map<String, List<MatrixOverlap>> layers() {
        Map<String, List<MatrixOverlap>> layers = new LinkedHashMap<>();
        matrices.forEach(matrix -> layers.computeIfAbsent(matrix.layer(), layer -> new ArrayList<>())
                .add(matrix));
        return layers;
    }

    private static Map<String, List<Long>> common(List<MaskFile> files) {
        Map<String, List<Long>> common = files.get(0).matrices();
        for (MaskFile file : files.subList(1, files.size())) {
            Map<String, List<Long>> found = file.matrices();
            found.forEach((name, shape) -> requireSame(files.get(0), common.get(name), file, shape, name));
            common.forEach((name, shape) -> requireSame(files.get(0), shape, file, found.get(name), name));
            common.keySet().retainAll(found.keySet());
        }
        return common;
    }

    private static void requireSame(
            MaskFile first, @Nullable List<Long> expected, MaskFile other, @Nullable List<Long> found, String matrix) {
        boolean optional = matrix.startsWith(HEAD) && (expected == null || found == null);
        if (optional || (expected != null && expected.equals(found))) {
            return;
        }
        throw new InvalidInputException(
                "The masks are of models with different matrices: " + matrix + " is " + words(expected) + " in "
                        + first.label() + ", " + words(found) + " in " + other.label(),
                "Compare masks of one architecture and size.");
    }

    private static String words(@Nullable List<Long> shape) {
        return shape == null ? "not masked" : "of shape " + shape;
    }
}
