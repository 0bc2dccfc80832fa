package org.crvqa.cli.dataset;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.vqa.analysis.AnswerDistribution;
import org.crvqa.vqa.analysis.DatasetProfile;
import org.crvqa.vqa.analysis.Population;
import org.crvqa.vqa.analysis.RegionProfile;
import org.crvqa.vqa.analysis.TypeShift;
import org.crvqa.vqa.data.Dataset;

/**
 * A profile with what a person asked to see of it.
 *
 * @param profile of the dataset
 * @param name of the dataset
 * @param tokenizer what cut its questions into word pieces; empty where it was not written down
 * @param top how many answers of each question type are named
 * @param types how many question types are shown, those with the largest shift first
 * @param regions how its regions are distributed
 * @param leftOut what the import left out
 */
public record DatasetView(
        DatasetProfile profile,
        String name,
        Optional<String> tokenizer,
        int top,
        int types,
        RegionProfile regions,
        LeftOut leftOut) {
    /**
     * Images that the import left out because their features are damaged, and their questions.
     *
     * @param images their ids, ascending
     * @param questions number of their questions by split; splits without any are left out
     */
    public record LeftOut(List<Long> images, Map<String, Long> questions) {
        /** Copies both. */
        public LeftOut {
            images = List.copyOf(images);
            questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
        }

        /** As dataset and manifest have it. */
        public static LeftOut of(Dataset dataset, DatasetSummary summary) {
            Map<String, Long> questions = new LinkedHashMap<>();
            for (SplitSummary split : summary.getSplitsList()) {
                if (split.getSkippedQuestions() > 0) {
                    questions.put(split.getName(), split.getSkippedQuestions());
                }
            }
            return new LeftOut(dataset.skippedImages(), questions);
        }
    }

    /** Rows of the question types to show: by their largest total variation, falling; those without any last. */
    List<Integer> shownTypes() {
        Map<Integer, Double> largest = new HashMap<>();
        for (Population other : profile.others()) {
            other.shiftsFrom(profile.reference())
                    .forEach(shift -> largest.merge(shift.questionType(), shift.totalVariation(), Math::max));
        }
        return IntStream.range(0, profile.questionTypes().size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer type) -> -largest.getOrDefault(type, -1.0)))
                .limit(types)
                .toList();
    }

    /** The total variation of one type in a population; empty for the reference and where there is nothing to compare. */
    OptionalDouble totalVariation(Population population, int type) {
        return population.equals(profile.reference())
                ? OptionalDouble.empty()
                : population.shiftsFrom(profile.reference()).stream()
                        .filter(shift -> shift.questionType() == type)
                        .mapToDouble(TypeShift::totalVariation)
                        .findFirst();
    }

    /** The answers of a type that are named for all populations alike: those with the largest mean share over them. */
    List<Integer> namedAnswers(int type, int count) {
        Map<Integer, Double> shares = new HashMap<>();
        for (Population population : profile.populations()) {
            AnswerDistribution answers = population.types().get(type);
            if (answers != null) {
                answers.top(count).forEach(answer -> shares.merge(answer, answers.share(answer), Double::sum));
            }
        }
        return shares.entrySet().stream()
                .sorted(Map.Entry.<Integer, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A candidate answer as people see it: {@code ""} where normalisation leaves nothing of it, as of "A". */
    String answer(int label) {
        String answer = profile.answers().get(label);
        return answer.isEmpty() ? "\"\"" : answer;
    }
}
