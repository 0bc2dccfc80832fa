package org.crvqa.vqa.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.crvqa.vqa.text.AnswerNormalizer;

/** How often each normalised majority answer occurs in splits, in order of first occurrence. Owned by one thread. */
final class AnswerCounts {
    private static final String MAJORITY_ANSWER = "multiple_choice_answer";

    private final Map<String, Map<String, Integer>> bySplit = new LinkedHashMap<>();
    private boolean whole = true;

    private AnswerCounts() {}

    /**
     * Counts {@code multiple_choice_answer} over annotation files, each of which is read once.
     *
     * @param needed the splits whose annotations must all have it, which is noted where they lack it; of others that lack
     *     it nothing is counted. What is wrong with the files else, whoever reads all of them will find
     * @param without ids of images whose annotations do not count
     */
    static AnswerCounts read(
            SourceFiles sources,
            List<DatasetSources.SplitFiles> splits,
            List<String> needed,
            Set<Long> without,
            Problems problems) {
        AnswerCounts counts = new AnswerCounts();
        splits.forEach(split -> counts.read(sources, split, needed.contains(split.name()), without, problems));
        return counts;
    }

    private void read(
            SourceFiles sources,
            DatasetSources.SplitFiles split,
            boolean needed,
            Set<Long> without,
            Problems problems) {
        Map<String, Integer> answers = new LinkedHashMap<>();
        boolean[] complete = {true};
        boolean read = JsonList.read(sources, split.annotations(), JsonList.ANNOTATIONS, new Problems(), annotation -> {
            OptionalLong image = annotation.likelyLong(JsonElement.IMAGE_ID);
            if (image.isPresent() && without.contains(image.getAsLong())) {
                return;
            }
            complete[0] &= needed || annotation.hasText(MAJORITY_ANSWER);
            if (complete[0]) {
                problems.attempt(ProblemKind.ELEMENT, () -> annotation.requireText(MAJORITY_ANSWER))
                        .ifPresent(answer -> answers.merge(AnswerNormalizer.normalize(answer), 1, Integer::sum));
            }
        });
        whole &= read || !needed;
        if (needed || (read && complete[0])) {
            bySplit.put(split.name(), answers);
        }
    }

    /** Whether the annotations of all splits that are needed were read to their ends. */
    boolean isWhole() {
        return whole;
    }

    /** Whether all these splits were counted. */
    boolean covers(List<String> splits) {
        return bySplit.keySet().containsAll(splits);
    }

    /** The answers that occur at least so often in these splits together, all of which were counted. */
    List<String> frequent(List<String> splits, int minOccurrences) {
        Map<String, Integer> together = new LinkedHashMap<>();
        for (String split : splits) {
            Objects.requireNonNull(bySplit.get(split), split)
                    .forEach((answer, count) -> together.merge(answer, count, Integer::sum));
        }
        return together.entrySet().stream()
                .filter(answer -> answer.getValue() >= minOccurrences)
                .map(Map.Entry::getKey)
                .toList();
    }
}
