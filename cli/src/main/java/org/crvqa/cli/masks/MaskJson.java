package org.crvqa.cli.masks;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.crvqa.vqa.analysis.MatrixOverlap;
import org.crvqa.vqa.analysis.Similarity;

/** A comparison of masks for programs. Runs are named by their place in {@code masks}, from 0. */
public final class MaskJson {
    private MaskJson() {}

    private record Comparison(List<Mask> masks, List<PairNumbers> pairs, List<Group> groups, List<Matrix> matrices) {}

    private record Mask(String key, String label, double density) {}

    private record PairNumbers(int first, int second, double similarity, double byChance) {}

    private record Group(String differIn, int pairs, double similarity, double byChance) {}

    private record Matrix(String name, String layer, long weights, List<Long> kept, List<PairNumbers> pairs) {}

    /** JSON text, indented. */
    public static String of(MaskComparison comparison) {
        List<Mask> masks = IntStream.range(0, comparison.runs().size())
                .mapToObj(i -> new Mask(
                        comparison.runs().get(i).key().hex(),
                        comparison.runs().get(i).label(),
                        comparison.similarity().density(i)))
                .toList();
        List<Group> groups = comparison.groups().stream()
                .map(group -> {
                    Similarity mean = Similarity.mean(group.similarities(comparison.similarity()::similarity));
                    return new Group(group.difference(), group.pairs().size(), mean.observed(), mean.byChance());
                })
                .toList();
        List<Matrix> matrices = comparison.similarity().matrices().stream()
                .map(matrix -> matrix(matrix, masks.size()))
                .toList();
        return new GsonBuilder()
                .setPrettyPrinting()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create()
                .toJson(new Comparison(
                        masks, pairs(masks.size(), comparison.similarity()::similarity), groups, matrices));
    }

    private static Matrix matrix(MatrixOverlap matrix, int masks) {
        return new Matrix(
                matrix.name(),
                matrix.layer(),
                matrix.weights(),
                IntStream.range(0, masks).mapToObj(matrix::kept).toList(),
                pairs(masks, matrix::similarity));
    }

    private static List<PairNumbers> pairs(int masks, BiFunction<Integer, Integer, Similarity> similarity) {
        List<PairNumbers> pairs = new ArrayList<>();
        for (int i = 0; i < masks; i++) {
            for (int j = i + 1; j < masks; j++) {
                Similarity found = similarity.apply(i, j);
                pairs.add(new PairNumbers(i, j, found.observed(), found.byChance()));
            }
        }
        return pairs;
    }
}
