package org.crvqa.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.chart.Picture;
import org.crvqa.cli.chart.ShareBars;
import org.crvqa.vqa.analysis.AnswerDistribution;
import org.crvqa.vqa.analysis.Population;
import org.crvqa.vqa.analysis.TypeShift;

/** A dataset's answers and their shift between splits, drawn by question type. */
public final class DatasetPicture {
    private DatasetPicture() {}

    /** The question types of the view, each with a bar for every split and subset. */
    public static Picture draw(DatasetView view) {
        String reference = view.profile().reference().name();
        List<ShareBars.Group> groups = new ArrayList<>();
        for (int type : view.shownTypes()) {
            List<Integer> named = view.namedAnswers(type, Math.min(view.top(), ShareBars.mostKinds()));
            groups.add(new ShareBars.Group(
                    view.profile().questionTypes().get(type),
                    named.stream().map(view::answer).toList(),
                    view.profile().populations().stream()
                            .map(population -> row(view, population, type, named))
                            .toList()));
        }
        return new ShareBars(
                        "Answers by question type: " + view.name(),
                        subtitle(view),
                        "share of all soft scores",
                        "total variation from " + reference,
                        groups)
                .draw();
    }

    private static ShareBars.Row row(DatasetView view, Population population, int type, List<Integer> named) {
        AnswerDistribution answers = population.types().get(type);
        boolean labelled = answers != null && answers.isLabelled();
        return new ShareBars.Row(
                population.name(),
                "n = " + String.format(Locale.ROOT, "%,d", answers == null ? 0 : answers.questions()),
                labelled ? named.stream().map(answers::share).toList() : List.of(),
                view.totalVariation(population, type));
    }

    private static String subtitle(DatasetView view) {
        List<String> means = new ArrayList<>();
        for (Population other : view.profile().others()) {
            TypeShift.mean(other.shiftsFrom(view.profile().reference()), TypeShift::totalVariation)
                    .ifPresent(mean -> means.add(other.name() + String.format(Locale.ROOT, " %.1f %%", 100 * mean)));
        }
        return means.isEmpty()
                ? "types as imported"
                : "types with the largest shift first; mean shift weighted by questions: " + String.join(", ", means);
    }
}
