package org.crvqa.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.crvqa.cli.console.Bar;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.vqa.analysis.AnswerDistribution;
import org.crvqa.vqa.analysis.Population;
import org.crvqa.vqa.analysis.TypeShift;
import org.crvqa.vqa.data.AnswerType;

/** A dataset's profile as tables for a terminal. */
public final class DatasetText {
    private static final int BAR = 14;

    private final DatasetView view;
    private final boolean color;

    private DatasetText(DatasetView view, boolean color) {
        this.view = view;
        this.color = color;
    }

    /** The lines to print. */
    public static List<String> lines(DatasetView view, boolean color) {
        DatasetText text = new DatasetText(view, color);
        List<String> lines = new ArrayList<>(text.summary());
        lines.addAll(LeftOutText.lines(view.leftOut()));
        lines.add("");
        lines.addAll(RegionText.lines(view.regions(), color));
        lines.add("");
        lines.addAll(text.counts());
        if (!view.profile().others().isEmpty()) {
            lines.add("");
            lines.addAll(text.shifts());
            lines.add(text.dim(
                    "Total variation (TV) and Jensen-Shannon divergence (JS, bits) of the answers' shares from "
                            + view.profile().reference().name() + ", per question"));
            lines.add(text.dim(
                    "type, mean weighted by questions. Small samples of one distribution also differ a little."));
        }
        lines.add("");
        lines.addAll(text.types());
        int all = view.profile().questionTypes().size();
        if (view.types() < all) {
            lines.add(text.dim("%d of %d question types; more with --types N.".formatted(view.types(), all)));
        }
        lines.add(text.dim("Answers with their share of all soft scores in %."));
        return lines;
    }

    private List<String> summary() {
        LongSummaryStatistics boxes = view.profile().boxes();
        return List.of(
                "dataset " + view.name(),
                boxes.getMin() == boxes.getMax()
                        ? String.format(Locale.ROOT, "  %,d images, %d boxes each", boxes.getCount(), boxes.getMin())
                        : String.format(
                                Locale.ROOT,
                                "  %,d images, %d to %d boxes each, %.1f on average",
                                boxes.getCount(),
                                boxes.getMin(),
                                boxes.getMax(),
                                boxes.getAverage()),
                String.format(
                        Locale.ROOT,
                        "  %,d candidate answers, %,d question types",
                        view.profile().answers().size(),
                        view.profile().questionTypes().size()),
                "  word pieces by "
                        + view.tokenizer()
                                .orElse("an earlier release's own tokenizer, which depended on the Java in use"));
    }

    private List<String> counts() {
        List<String> titles = new ArrayList<>(List.of("Split", ">Questions", ">Images", ">Unlabelled"));
        for (AnswerType type : AnswerType.values()) {
            titles.add(">" + type.label());
        }
        titles.add(">Types");
        Table table = Table.of(titles);
        for (Population population : view.profile().populations()) {
            List<String> cells = new ArrayList<>();
            cells.add(population.isSubset() ? population.name() + " in " + population.split() : population.name());
            cells.add(count(population.questions()));
            cells.add(count(population.images()));
            cells.add(count(population.questions() - population.all().labelled()));
            for (AnswerType type : AnswerType.values()) {
                cells.add(count(population.answerTypes().getOrDefault(type, 0L)));
            }
            cells.add(count(population.types().size()));
            table.row(cells);
        }
        return table.lines(color);
    }

    private List<String> shifts() {
        Table table = Table.of(List.of("Prior shift of", ">Types", ">TV %", "", ">JS"));
        for (Population other : view.profile().others()) {
            List<TypeShift> shifts = other.shiftsFrom(view.profile().reference());
            OptionalDouble variation = TypeShift.mean(shifts, TypeShift::totalVariation);
            OptionalDouble divergence = TypeShift.mean(shifts, TypeShift::jensenShannon);
            table.row(List.of(
                    other.name(),
                    count(shifts.size()),
                    variation.isPresent() ? percent(variation.getAsDouble()) : "–",
                    variation.isPresent() ? Bar.of(variation.getAsDouble(), BAR) : "",
                    divergence.isPresent() ? String.format(Locale.ROOT, "%.3f", divergence.getAsDouble()) : "–"));
        }
        return table.lines(color);
    }

    private List<String> types() {
        Table table = Table.of(List.of("Question type", "Split", ">Questions", ">TV %", "", "Answers"));
        for (int type : view.shownTypes()) {
            String label = view.profile().questionTypes().get(type);
            for (Population population : view.profile().populations()) {
                AnswerDistribution answers = population.types().get(type);
                OptionalDouble variation = view.totalVariation(population, type);
                table.row(List.of(
                        label,
                        population.name(),
                        answers == null ? "0" : count(answers.questions()),
                        variation.isPresent() ? percent(variation.getAsDouble()) : "",
                        variation.isPresent() ? Bar.of(variation.getAsDouble(), BAR) : "",
                        answers == null ? "" : top(answers)));
                label = "";
            }
        }
        return table.lines(color);
    }

    private String top(AnswerDistribution answers) {
        return answers.top(view.top()).stream()
                .map(answer -> view.answer(answer) + " " + percent(answers.share(answer)))
                .collect(Collectors.joining(" · "));
    }

    private String dim(String text) {
        return Style.DIM.apply(text, color);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
