package org.crvqa.vqa.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.text.WordPieceTokenizer;

/** Joins the questions and annotations of splits into examples. Owned by one thread. */
final class SplitReader {
    private final SourceFiles sources;
    private final WordPieceTokenizer tokenizer;
    private final AnswerCandidates candidates;
    private final long labelSeed;
    private final Map<String, Integer> questionTypes = new LinkedHashMap<>();

    SplitReader(SourceFiles sources, WordPieceTokenizer tokenizer, AnswerCandidates candidates, long labelSeed) {
        this.sources = sources;
        this.tokenizer = tokenizer;
        this.candidates = candidates;
        this.labelSeed = labelSeed;
    }

    /**
     * The examples of a split by ascending question id.
     *
     * @throws InvalidInputException when the files do not belong together or are not as they must be
     */
    List<Example> read(DatasetSources.SplitFiles files) {
        Map<Long, Question> questions = questions(files);
        Map<Long, Example> examples = new HashMap<>();
        JsonList.read(sources, files.annotations(), JsonList.ANNOTATIONS, annotation -> {
            Question question = question(annotation, questions, files);
            if (examples.putIfAbsent(question.id(), example(annotation, question)) != null) {
                throw annotation.invalid(
                        "question_id " + question.id() + " has an annotation already", "Remove one of the two.");
            }
        });
        for (Question question : questions.values()) {
            if (!examples.containsKey(question.id())) {
                throw new InvalidInputException(
                        question.where() + ": question_id " + question.id() + " has no annotation in "
                                + files.annotations(),
                        "Give the annotations that belong to the questions.");
            }
        }
        List<Example> sorted = new ArrayList<>(examples.values());
        sorted.sort(Comparator.comparingLong(example -> example.question().id()));
        return sorted;
    }

    /** All question types so far, by row. */
    List<String> questionTypes() {
        return List.copyOf(questionTypes.keySet());
    }

    private Map<Long, Question> questions(DatasetSources.SplitFiles files) {
        Map<Long, Question> questions = new LinkedHashMap<>();
        JsonList.read(sources, files.questions(), JsonList.QUESTIONS, element -> {
            Question question = question(element);
            Question earlier = questions.putIfAbsent(question.id(), question);
            if (earlier != null) {
                throw element.invalid(
                        "question_id " + question.id() + " occurs a second time, first at " + earlier.where(),
                        "Remove one of the two.");
            }
        });
        if (questions.isEmpty()) {
            throw new InvalidInputException(
                    files.questions() + " holds no question", "Give the complete file as it was published.");
        }
        return questions;
    }

    private Question question(JsonElement element) {
        int[] tokens = tokenizer.tokenize(element.requireText("question"));
        if (tokens.length == 0) {
            throw element.invalid("field question: expected words, found none", "Correct or remove the question.");
        }
        return new Question(
                element.requireLong(JsonElement.QUESTION_ID),
                element.requireLong(JsonElement.IMAGE_ID),
                element.where(),
                tokens);
    }

    private static Question question(
            JsonElement annotation, Map<Long, Question> questions, DatasetSources.SplitFiles files) {
        long id = annotation.requireLong(JsonElement.QUESTION_ID);
        Question question = questions.get(id);
        if (question == null) {
            throw annotation.invalid(
                    "question_id " + id + " is not in " + files.questions(),
                    "Give the questions that belong to the annotations.");
        }
        long imageId = annotation.requireLong(JsonElement.IMAGE_ID);
        if (imageId != question.imageId()) {
            throw annotation.invalid(
                    "image_id is " + imageId + " but the question's is " + question.imageId() + " at "
                            + question.where(),
                    "Give the questions that belong to the annotations.");
        }
        return question;
    }

    private Example example(JsonElement annotation, Question question) {
        SoftScores scores = SoftScores.of(annotation.requireTexts("answers", "answer"), candidates);
        int questionType =
                questionTypes.computeIfAbsent(annotation.requireText("question_type"), type -> questionTypes.size());
        String answerType = annotation.requireText("answer_type");
        return new Example(
                question,
                scores,
                scores.label(candidates.size(), labelSeed, question.id()),
                questionType,
                AnswerType.of(answerType)
                        .orElseThrow(() -> annotation.invalid(
                                "field answer_type: expected one of " + answerTypes() + ", found \"" + answerType
                                        + "\"",
                                "Correct the field.")));
    }

    private static String answerTypes() {
        return Arrays.stream(AnswerType.values()).map(AnswerType::label).collect(Collectors.joining(", "));
    }
}
