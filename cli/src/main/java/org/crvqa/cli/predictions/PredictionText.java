package org.crvqa.cli.predictions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.study.predictions.Calibration;
import org.crvqa.vqa.data.AskedQuestions;

/** Answers, flips and calibration as tables for people. */
public final class PredictionText {
    private static final int LEAST_QUESTION = 24;
    private static final int MOST_TEXT = 18;
    private static final int GAP = 2;

    private final PredictionView view;
    private final boolean color;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private PredictionText(PredictionView view, boolean color, int width) {
        this.view = view;
        this.color = color;
        this.width = width;
    }

    /** What was answered, in lines of about {@code width} characters. @param limit of questions; 0: all */
    public static List<String> lines(PredictionView view, int limit, boolean color, int width) {
        PredictionText text = new PredictionText(view, color, width);
        text.head();
        text.flips();
        text.questions(limit);
        return text.lines;
    }

    /** Expected calibration error and its bins, of each evaluation. */
    public static List<String> calibration(PredictionView view, boolean color) {
        PredictionText text = new PredictionText(view, color, 0);
        text.head();
        view.all().forEach(text::calibration);
        return text.lines;
    }

    private void head() {
        String filter = view.filter().text();
        lines.add(format(
                "Split %s: %,d %s%s",
                view.first().predictions().split(),
                view.places().size(),
                view.places().size() == view.questions() ? "questions" : format("of %,d questions", view.questions()),
                filter.isEmpty() ? "" : " (" + filter + ")"));
        for (Answered answered : view.all()) {
            Calibration found = view.calibration(answered);
            lines.add(format(
                    "%s (%s): accuracy %.1f %%, mean probability of its answers %.1f %%",
                    answered.label(), answered.key().abbreviated(), 100 * found.accuracy(), 100 * found.confidence()));
        }
    }

    private void flips() {
        if (view.against().isEmpty()) {
            return;
        }
        Table table = Table.of(List.of("Question type", ">Questions", ">Right → wrong", ">Wrong → right", ">Gain"));
        Map<String, PredictionView.Flips> flips = view.flips();
        flips.forEach((type, found) -> row(table, type, found));
        if (flips.size() > 1) {
            row(table, "all", view.allFlips());
        }
        lines.add("");
        lines.add(format(
                "From %s to %s:", view.first().label(), view.against().get().label()));
        lines.addAll(table.lines(color));
    }

    private static void row(Table table, String type, PredictionView.Flips flips) {
        int gain = flips.wrongToRight() - flips.rightToWrong();
        table.row(List.of(
                type,
                format("%,d", flips.questions()),
                format("%,d", flips.rightToWrong()),
                format("%,d", flips.wrongToRight()),
                gain == 0 ? "0" : format("%+,d", gain)));
    }

    private void questions(int limit) {
        List<PredictionView.Place> listed = view.listed();
        List<PredictionView.Place> shown = limit == 0 || listed.size() <= limit ? listed : listed.subList(0, limit);
        lines.add("");
        if (listed.isEmpty()) {
            lines.add(view.against().isPresent() ? "No answer flipped." : "No question is left.");
            return;
        }
        lines.addAll(table(shown).lines(color));
        if (shown.size() < listed.size()) {
            lines.add("");
            lines.add(format(
                    "%,d of %,d %s shown; --limit 0 shows all, and so do -o csv and -o json.",
                    shown.size(), listed.size(), view.against().isPresent() ? "flips are" : "questions are"));
        }
    }

    private Table table(List<PredictionView.Place> shown) {
        boolean two = view.against().isPresent();
        List<String> titles = new ArrayList<>(List.of(">Question", ">Image", "Asked", "Gold"));
        titles.addAll(two ? List.of("First", "Second", "Flip") : List.of("Answer", ">Score", ">Prob."));
        List<List<String>> rows = new ArrayList<>();
        for (PredictionView.Place place : shown) {
            rows.add(two ? flipped(place) : answered(place));
        }
        fitQuestions(titles, rows);
        Table table = Table.of(titles);
        rows.forEach(table::row);
        return table;
    }

    private List<String> asked(PredictionView.Place place) {
        AskedQuestions asked = view.asked();
        int i = place.question();
        return List.of(
                Long.toString(asked.questionId(i)),
                Long.toString(asked.imageId(i)),
                asked.question(i),
                Style.cut(gold(asked.gold(i)), MOST_TEXT));
    }

    private List<String> answered(PredictionView.Place place) {
        var predictions = view.first().predictions();
        boolean right = predictions.isRight(place.answer());
        List<String> row = new ArrayList<>(asked(place));
        row.add((right ? Style.GOOD : Style.BAD)
                .apply(Style.cut(shown(predictions.answer(place.answer(), 0)), MOST_TEXT), color));
        row.add(score(predictions.accuracy(place.answer())));
        row.add(format("%.1f %%", 100 * predictions.probability(place.answer(), 0)));
        return row;
    }

    private List<String> flipped(PredictionView.Place place) {
        List<String> row = new ArrayList<>(asked(place));
        row.add(Style.cut(shown(view.first().predictions().answer(place.answer(), 0)), MOST_TEXT));
        row.add(Style.cut(shown(view.against().orElseThrow().predictions().answer(place.other(), 0)), MOST_TEXT));
        PredictionView.Flip flip = view.flip(place);
        row.add((flip == PredictionView.Flip.WRONG_TO_RIGHT ? Style.GOOD : Style.BAD).apply(flip.words(), color));
        return row;
    }

    /** Cuts the third column, what was asked, so that a line fits where that is possible. */
    private void fitQuestions(List<String> titles, List<List<String>> rows) {
        int others = 0;
        for (int i = 0; i < titles.size(); i++) {
            int column = i;
            int widest = rows.stream()
                    .mapToInt(row -> Style.width(row.get(column)))
                    .reduce(Style.width(titles.get(i).replace(">", "")), Math::max);
            others += i == 2 ? GAP : widest + GAP;
        }
        int room = Math.max(LEAST_QUESTION, width - others + GAP);
        rows.forEach(row -> row.set(2, Style.cut(row.get(2), room)));
    }

    /** "2 (1), 3 (0.33)". */
    private static String gold(List<AskedQuestions.Gold> gold) {
        return gold.isEmpty()
                ? "no candidate"
                : gold.stream()
                        .map(each -> shown(each.answer()) + " (" + score(each.score()) + ")")
                        .collect(Collectors.joining(", "));
    }

    /** An answer of which the normalisation left nothing can be seen. */
    private static String shown(String answer) {
        return answer.isEmpty() ? "\"\"" : answer;
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }

    private static String score(float score) {
        return score == (int) score ? Integer.toString((int) score) : format("%.2f", score);
    }

    private void calibration(Answered answered) {
        Calibration found = view.calibration(answered);
        lines.add("");
        lines.add(format(
                "%s: expected calibration error %.2f %% (%d bins of equal width, %,d questions)",
                answered.label(), 100 * found.error(), found.bins().size(), found.questions()));
        Table table = Table.of(
                List.of("Probability of the answer", ">Questions", ">Mean probability", ">Accuracy", ">Too sure by"));
        for (Calibration.Bin bin : found.bins()) {
            boolean some = bin.questions() > 0;
            table.row(List.of(
                    format("%.1f–%.1f %%", 100 * bin.low(), 100 * bin.high()),
                    format("%,d", bin.questions()),
                    some ? format("%.1f %%", 100 * bin.confidence()) : "",
                    some ? format("%.1f %%", 100 * bin.accuracy()) : "",
                    some ? format("%+.1f", 100 * (bin.confidence() - bin.accuracy())) : ""));
        }
        lines.addAll(table.lines(color));
    }
}
