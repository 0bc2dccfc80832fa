package org.crvqa.vqa.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
     * As counted over these splits, in the order given. It is noted when no answer occurs often enough, unless files are
     * damaged, which whoever reads all of them will find.
     */
    static AnswerCandidates of(AnswerCounts counts, List<String> splits, int minOccurrences, Problems problems) {
        List<String> answers = counts.frequent(splits, minOccurrences);
        if (answers.isEmpty() && counts.isWhole()) {
            problems.add(
                    ProblemKind.ANSWERS,
                    new InvalidInputException(
                            "None of the " + counts.frequent(splits, 1).size() + " different answers occurs at least "
                                    + minOccurrences + " times",
                            "Lower the least number of occurrences, or import more questions."));
        }
        // Without any, the files are still looked through for other problems, which takes one.
        return new AnswerCandidates(answers.isEmpty() ? List.of("") : answers);
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
