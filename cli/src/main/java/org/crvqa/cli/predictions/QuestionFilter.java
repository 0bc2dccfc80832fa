package org.crvqa.cli.predictions;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.data.AnswerType;
import org.crvqa.vqa.data.AskedQuestions;

/**
 * Which questions are looked at. Several values of one kind let through questions that have any of them; words must all be
 * in a question.
 *
 * @param right whether the answer must be right, or wrong; empty for both
 */
public record QuestionFilter(
        Optional<Boolean> right,
        List<String> questionTypes,
        List<String> answerTypes,
        List<String> subsets,
        List<String> words) {
    public QuestionFilter {
        questionTypes = List.copyOf(questionTypes);
        answerTypes = List.copyOf(answerTypes);
        subsets = List.copyOf(subsets);
        words = List.copyOf(words);
    }

    /** Whether there are such types and subsets. @throws InvalidInputException when there are not */
    void check(AskedQuestions asked) {
        check("question type", questionTypes, asked.questionTypes());
        check(
                "answer type",
                answerTypes,
                Arrays.stream(AnswerType.values()).map(AnswerType::label).toList());
        check("subset", subsets, asked.subsetNames());
    }

    private static void check(String what, List<String> wanted, Collection<String> allowed) {
        for (String each : wanted) {
            if (!allowed.contains(each)) {
                throw new InvalidInputException(
                        "The split has no " + what + " '" + each + "'",
                        allowed.isEmpty() ? "It has none at all." : ReportedRun.meant(each, allowed));
            }
        }
    }

    /** Of a question whose answer is right or not. */
    boolean passes(AskedQuestions asked, int question, boolean isRight) {
        return right.map(wanted -> wanted == isRight).orElse(true)
                && (questionTypes.isEmpty() || questionTypes.contains(asked.questionType(question)))
                && (answerTypes.isEmpty()
                        || answerTypes.contains(asked.answerType(question).label()))
                && (subsets.isEmpty() || asked.subsets(question).stream().anyMatch(subsets::contains))
                && (words.isEmpty() || words(asked.question(question)).containsAll(lowerCase(words)));
    }

    private static Set<String> words(String question) {
        return new HashSet<>(Arrays.asList(question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
    }

    private static List<String> lowerCase(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }

    /** "wrong, question type how many, word red"; empty where everything passes. */
    String text() {
        StringBuilder text =
                new StringBuilder(right.map(is -> is ? "right" : "wrong").orElse(""));
        add(text, "question type", questionTypes, " or ");
        add(text, "answer type", answerTypes, " or ");
        add(text, "subset", subsets, " or ");
        add(text, "word", words, " and ");
        return text.toString();
    }

    private static void add(StringBuilder text, String what, List<String> values, String between) {
        if (!values.isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(String.join(between, values));
        }
    }
}
