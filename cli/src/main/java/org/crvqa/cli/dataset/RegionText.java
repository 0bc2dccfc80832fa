package org.crvqa.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.vqa.analysis.Quantiles;
import org.crvqa.vqa.analysis.RegionProfile;

/** How the regions of a dataset are distributed, as a table for a terminal. */
final class RegionText {
    private RegionText() {}

    static List<String> lines(RegionProfile regions, boolean color) {
        Table table =
                Table.of(List.of("Regions", ">Min", ">5 %", ">25 %", ">Median", ">75 %", ">95 %", ">Max", ">Mean"));
        table.row(row("regions per image", regions.regionsPerImage(), RegionText::number));
        table.row(row("box width, % of image", regions.boxWidth(), RegionText::percent));
        table.row(row("box height, % of image", regions.boxHeight(), RegionText::percent));
        table.row(row("box area, % of image", regions.boxArea(), RegionText::percent));
        table.row(row("norm of features", regions.featureNorm(), RegionText::number));
        List<String> lines = new ArrayList<>(table.lines(color));
        lines.add(Style.DIM.apply(sampled(regions), color));
        regions.remarks().forEach(remark -> lines.add(Style.BAD.apply(remark, color)));
        return lines;
    }

    private static String sampled(RegionProfile regions) {
        return regions.isSample()
                ? String.format(
                        Locale.ROOT,
                        "Boxes and features of a sample: %,d regions of %,d images, spread evenly over all %,d.",
                        regions.sampledRegions(),
                        regions.sampledImages(),
                        regions.images())
                : String.format(
                        Locale.ROOT,
                        "Boxes and features of all %,d regions of %,d images.",
                        regions.sampledRegions(),
                        regions.images());
    }

    private static List<String> row(String what, Quantiles values, DoubleFunction<String> form) {
        List<String> cells = new ArrayList<>(List.of(what));
        DoubleStream.of(
                        values.min(),
                        values.p5(),
                        values.p25(),
                        values.median(),
                        values.p75(),
                        values.p95(),
                        values.max(),
                        values.mean())
                .mapToObj(form)
                .forEach(cells::add);
        return cells;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) && value < 1e6 ? "%,.0f" : "%.4g", value);
    }

    private static String percent(double share) {
        double percent = 100 * share;
        return String.format(Locale.ROOT, percent != 0 && percent < .1 ? "%.2g" : "%.1f", percent);
    }
}
