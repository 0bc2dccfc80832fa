package org.crvqa.cli.masks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.vqa.analysis.MatrixOverlap;
import org.crvqa.vqa.analysis.Similarity;

/** A comparison of masks as tables for a terminal. */
public final class MaskText {
    private static final int MOST_GROUPS = 4;

    private final MaskComparison comparison;
    private final boolean color;

    private MaskText(MaskComparison comparison, boolean color) {
        this.comparison = comparison;
        this.color = color;
    }

    /** The lines to print. */
    public static List<String> lines(MaskComparison comparison, MaskComparison.Detail detail, boolean color) {
        MaskText text = new MaskText(comparison, color);
        List<String> lines = new ArrayList<>(text.runs());
        lines.add("");
        lines.addAll(text.pairs());
        lines.add(text.dim("Above the diagonal: |A∧B| / |A∨B| of the kept weights, mean over "
                + comparison.similarity().matrices().size() + " matrices."));
        lines.add(text.dim("Below it: the same of two random masks that keep as many weights."));
        lines.add("");
        lines.addAll(text.groups());
        if (detail != MaskComparison.Detail.NONE) {
            lines.add("");
            lines.addAll(text.parts(detail));
            lines.add(text.dim("In brackets: by chance."));
        }
        return lines;
    }

    private List<String> runs() {
        Table table = Table.of(List.of(">#", "Mask", "Key", ">Kept %"));
        for (int i = 0; i < comparison.runs().size(); i++) {
            MaskRun run = comparison.runs().get(i);
            table.row(List.of(
                    Integer.toString(i + 1),
                    run.label(),
                    run.key().abbreviated(),
                    String.format(
                            Locale.ROOT, "%.2f", 100 * comparison.similarity().density(i))));
        }
        return table.lines(color);
    }

    private List<String> pairs() {
        int n = comparison.runs().size();
        List<String> titles = new ArrayList<>(List.of(">#"));
        IntStream.rangeClosed(1, n).forEach(number -> titles.add(">" + number));
        Table table = Table.of(titles);
        for (int i = 0; i < n; i++) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(i + 1)));
            for (int j = 0; j < n; j++) {
                Similarity similarity = comparison.similarity().similarity(i, j);
                cells.add(i == j ? "1" : i < j ? number(similarity.observed()) : dim(number(similarity.byChance())));
            }
            table.row(cells);
        }
        return table.lines(color);
    }

    private List<String> groups() {
        Table table = Table.of(List.of("", "Pairs that differ in", ">Pairs", ">Mean", ">Least", ">Most", ">By chance"));
        for (int g = 0; g < comparison.groups().size(); g++) {
            PairGroup group = comparison.groups().get(g);
            List<Similarity> similarities = group.similarities(comparison.similarity()::similarity);
            Similarity mean = Similarity.mean(similarities);
            List<Double> observed =
                    similarities.stream().map(Similarity::observed).sorted().toList();
            table.row(List.of(
                    MaskComparison.letter(g),
                    group.difference(),
                    Integer.toString(group.pairs().size()),
                    number(mean.observed()),
                    number(observed.get(0)),
                    number(observed.get(observed.size() - 1)),
                    number(mean.byChance())));
        }
        return table.lines(color);
    }

    private List<String> parts(MaskComparison.Detail detail) {
        List<PairGroup> shown = comparison
                .groups()
                .subList(0, Math.min(MOST_GROUPS, comparison.groups().size()));
        List<String> titles =
                new ArrayList<>(List.of(detail == MaskComparison.Detail.LAYER ? "Layer" : "Matrix", ">Weights"));
        IntStream.range(0, shown.size()).forEach(g -> titles.add(">" + MaskComparison.letter(g)));
        Table table = Table.of(titles);
        for (Map.Entry<String, List<MatrixOverlap>> part :
                comparison.parts(detail).entrySet()) {
            List<MatrixOverlap> matrices = part.getValue();
            long weights = matrices.stream().mapToLong(MatrixOverlap::weights).sum();
            List<String> cells = new ArrayList<>(List.of(part.getKey(), String.format(Locale.ROOT, "%,d", weights)));
            for (PairGroup group : shown) {
                Similarity mean = mean(matrices, group);
                cells.add(number(mean.observed()) + dim(" (" + number(mean.byChance()) + ")"));
            }
            table.row(cells);
        }
        return table.lines(color);
    }

    /** Over these matrices and the group's pairs. */
    static Similarity mean(List<MatrixOverlap> matrices, PairGroup group) {
        return Similarity.mean(matrices.stream()
                .flatMap(matrix -> group.similarities(matrix::similarity).stream())
                .toList());
    }

    private String dim(String text) {
        return Style.DIM.apply(text, color);
    }

    /** "0.482". */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
