package org.crvqa.vqa.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.text.AnswerNormalizer;

/**
 * The candidate answers: normalised majority answers that occur often enough, in order of first occurrence. Owned by
 * one thread.
 */
final class AnswerCandidates {
    /** Bounds the memory for normalised forms; the answers of VQA v2 have some 200,000 spellings. */
    private static final int MOST_REMEMBERED = 1 << 18;

    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String> answers;
    private final Map<String, Integer> remembered = new HashMap<>();

    private AnswerCandidates(List<String> answers) {
        this.answers = List.copyOf(answers);
        for (int label = 0; label < answers.size(); label++) {
            labels.put(answers.get(label), label);
        }
    }

    /**
     * Counts {@code multiple_choice_answer} over annotation files, in the order given. What is wrong with that field is
     * noted, as is that no answer occurs often enough; what is wrong with the files else, whoever reads all of them will
     * find.
     *
     * @param without ids of images whose annotations do not count
     */
    static AnswerCandidates count(
            SourceFiles sources,
            List<DatasetSources.SplitFiles> splits,
            int minOccurrences,
            Set<Long> without,
            Problems problems) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        boolean whole = true;
        for (DatasetSources.SplitFiles split : splits) {
            whole &= JsonList.read(
                    sources,
                    split.annotations(),
                    JsonList.ANNOTATIONS,
                    new Problems(),
                    annotation -> answer(annotation, without, problems)
                            .ifPresent(answer -> counts.merge(answer, 1, Integer::sum)));
        }
        List<String> answers = new ArrayList<>();
        counts.forEach((answer, count) -> {
            if (count >= minOccurrences) {
                answers.add(answer);
            }
        });
        if (answers.isEmpty() && whole) {
            problems.add(
                    ProblemKind.ANSWERS,
                    new InvalidInputException(
                            "None of the " + counts.size() + " different answers occurs at least " + minOccurrences
                                    + " times",
                            "Lower the least number of occurrences, or import more questions."));
        }
        // Without any, the files are still looked through for other problems, which takes one.
        return new AnswerCandidates(answers.isEmpty() ? List.of("") : answers);
    }

    private static Optional<String> answer(JsonElement annotation, Set<Long> without, Problems problems) {
        OptionalLong imageId = annotation.likelyLong(JsonElement.IMAGE_ID);
        return imageId.isPresent() && without.contains(imageId.getAsLong())
                ? Optional.empty()
                : problems.attempt(
                        ProblemKind.ELEMENT,
                        () -> AnswerNormalizer.normalize(annotation.requireText("multiple_choice_answer")));
    }

    /** The label of an answer, which need not be normalised; empty when it is no candidate. */
    OptionalInt label(String answer) {
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.clear();
        }
        int label =
                remembered.computeIfAbsent(answer, text -> labels.getOrDefault(AnswerNormalizer.normalize(text), -1));
        return label < 0 ? OptionalInt.empty() : OptionalInt.of(label);
    }

    List<String> answers() {
        return answers;
    }

    int size() {
        return answers.size();
    }
}
