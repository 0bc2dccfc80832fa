package org.crvqa.cli.predictions;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.crvqa.study.predictions.Calibration;
import org.crvqa.study.predictions.Predictions;
import org.crvqa.vqa.data.AskedQuestions;

/** Answers and calibration as comma-separated values (RFC 4180), numbers with all their digits. */
public final class PredictionCsv {
    /** In lists within a cell; no normalised answer has one, and no subset. */
    private static final String BETWEEN = "|";

    private PredictionCsv() {}

    /** A line for each question. @param limit of questions; 0: all */
    public static List<String> lines(PredictionView view, int limit) {
        List<String> titles = new ArrayList<>(List.of(
                "question_id",
                "image_id",
                "question_type",
                "answer_type",
                "subsets",
                "question",
                "gold_answers",
                "gold_scores"));
        for (Answered answered : view.all()) {
            titles.addAll(titles(answered.predictions(), answered.equals(view.first()) ? "" : "against_"));
        }
        if (view.against().isPresent()) {
            titles.add("flip");
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", titles));
        view.listed().stream()
                .limit(limit == 0 ? Long.MAX_VALUE : limit)
                .map(place -> line(view, place))
                .forEach(lines::add);
        return lines;
    }

    private static List<String> titles(Predictions predictions, String prefix) {
        List<String> titles = new ArrayList<>(List.of(prefix + "prediction", prefix + "score", prefix + "probability"));
        for (int rank = 2; rank <= predictions.kept(); rank++) {
            titles.add(prefix + "answer_" + rank);
            titles.add(prefix + "probability_" + rank);
        }
        return titles;
    }

    private static String line(PredictionView view, PredictionView.Place place) {
        AskedQuestions asked = view.asked();
        int i = place.question();
        List<AskedQuestions.Gold> gold = asked.gold(i);
        List<String> cells = new ArrayList<>(List.of(
                Long.toString(asked.questionId(i)),
                Long.toString(asked.imageId(i)),
                quoted(asked.questionType(i)),
                quoted(asked.answerType(i).label()),
                quoted(String.join(BETWEEN, asked.subsets(i))),
                quoted(asked.question(i)),
                quoted(gold.stream().map(AskedQuestions.Gold::answer).collect(Collectors.joining(BETWEEN))),
                quoted(gold.stream().map(each -> Float.toString(each.score())).collect(Collectors.joining(BETWEEN)))));
        answers(cells, view.first().predictions(), place.answer());
        view.against().ifPresent(other -> {
            answers(cells, other.predictions(), place.other());
            cells.add(view.flip(place).toString());
        });
        return String.join(",", cells);
    }

    private static void answers(List<String> cells, Predictions predictions, int i) {
        for (int rank = 0; rank < predictions.kept(); rank++) {
            cells.add(quoted(predictions.answer(i, rank)));
            if (rank == 0) {
                cells.add(Float.toString(predictions.accuracy(i)));
            }
            cells.add(Float.toString(predictions.probability(i, rank)));
        }
    }

    /** A line for each bin. */
    public static List<String> calibration(PredictionView view) {
        List<String> lines = new ArrayList<>();
        lines.add("key,label,low,high,questions,confidence,accuracy,expected_calibration_error");
        for (Answered answered : view.all()) {
            Calibration found = view.calibration(answered);
            for (Calibration.Bin bin : found.bins()) {
                boolean some = bin.questions() > 0;
                lines.add(String.join(
                        ",",
                        answered.key().hex(),
                        quoted(answered.label()),
                        Double.toString(bin.low()),
                        Double.toString(bin.high()),
                        Integer.toString(bin.questions()),
                        some ? Double.toString(bin.confidence()) : "",
                        some ? Double.toString(bin.accuracy()) : "",
                        Double.toString(found.error())));
            }
        }
        return lines;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
