package org.crvqa.cli.masks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.cli.chart.HeatMap;
import org.crvqa.cli.chart.HeatMap.Cell;
import org.crvqa.cli.chart.Picture;
import org.crvqa.vqa.analysis.MatrixOverlap;
import org.crvqa.vqa.analysis.Similarity;

/** A comparison of masks as heat maps. */
public final class MaskPictures {
    // An em space: SVG draws several ordinary ones as one.
    private static final String GAP = "\u2003";

    private MaskPictures() {}

    /** Runs by runs. @param source of which experiment and dataset the masks are, for people */
    public static Picture runs(MaskComparison comparison, String source) {
        int n = comparison.runs().size();
        List<String> rows = new ArrayList<>();
        List<List<Cell>> cells = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            rows.add(comparison.runs().get(i).label() + GAP + (i + 1));
            List<Cell> row = new ArrayList<>();
            for (int j = 0; j < n; j++) {
                row.add(i == j ? Cell.blank("1") : cell(comparison.similarity().similarity(i, j)));
            }
            cells.add(row);
        }
        return new HeatMap(
                        "Mask similarity",
                        "|A∧B| / |A∨B| of the kept weights, mean over "
                                + comparison.similarity().matrices().size()
                                + " matrices; below it: by chance",
                        rows,
                        IntStream.rangeClosed(1, n).mapToObj(Integer::toString).toList(),
                        cells,
                        List.of(source))
                .draw();
    }

    /** Layers or matrices by groups of pairs. @param source as in {@link #runs} */
    public static Picture parts(MaskComparison comparison, MaskComparison.Detail detail, String source) {
        List<PairGroup> groups = comparison.groups();
        List<String> rows = new ArrayList<>();
        List<List<Cell>> cells = new ArrayList<>();
        for (Map.Entry<String, List<MatrixOverlap>> part :
                comparison.parts(detail).entrySet()) {
            rows.add(part.getKey());
            cells.add(groups.stream()
                    .map(group -> cell(MaskText.mean(part.getValue(), group)))
                    .toList());
        }
        List<String> notes = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            int pairs = groups.get(g).pairs().size();
            notes.add(MaskComparison.letter(g) + GAP + groups.get(g).difference() + ": " + pairs
                    + (pairs == 1 ? " pair" : " pairs"));
        }
        notes.add(source);
        return new HeatMap(
                        "Mask similarity by " + detail.name().toLowerCase(Locale.ROOT),
                        "mean |A∧B| / |A∨B| over pairs of runs that differ in ...; below it: by chance",
                        rows,
                        IntStream.range(0, groups.size())
                                .mapToObj(MaskComparison::letter)
                                .toList(),
                        cells,
                        notes)
                .draw();
    }

    private static Cell cell(Similarity similarity) {
        return new Cell(
                similarity.observed(), MaskText.number(similarity.observed()), MaskText.number(similarity.byChance()));
    }
}
