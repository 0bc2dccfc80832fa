package org.crvqa.vqa.data;

import java.util.Arrays;
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
    Examples read(DatasetSources.SplitFiles files) {
        Examples examples = new Examples(Questions.read(sources, files.questions(), tokenizer));
        JsonList.read(
                sources,
                files.annotations(),
                JsonList.ANNOTATIONS,
                annotation -> annotate(examples, annotation, files));
        Questions questions = examples.questions();
        for (int place = 0; place < examples.size(); place++) {
            if (!examples.isAnnotated(place)) {
                throw new InvalidInputException(
                        questions.where(place) + ": question_id " + questions.id(place) + " has no annotation in "
                                + files.annotations(),
                        "Give the annotations that belong to the questions.");
            }
        }
        examples.complete();
        return examples;
    }

    /** All question types so far, by row. */
    List<String> questionTypes() {
        return List.copyOf(questionTypes.keySet());
    }

    private void annotate(Examples examples, JsonElement annotation, DatasetSources.SplitFiles files) {
        int place = place(annotation, examples.questions(), files);
        long id = examples.questions().id(place);
        if (examples.isAnnotated(place)) {
            throw annotation.invalid("question_id " + id + " has an annotation already", "Remove one of the two.");
        }
        SoftScores scores = SoftScores.of(annotation.requireTexts("answers", "answer"), candidates);
        int questionType =
                questionTypes.computeIfAbsent(annotation.requireText("question_type"), type -> questionTypes.size());
        examples.annotate(
                place, scores, scores.label(candidates.size(), labelSeed, id), questionType, answerType(annotation));
    }

    private static int place(JsonElement annotation, Questions questions, DatasetSources.SplitFiles files) {
        long id = annotation.requireLong(JsonElement.QUESTION_ID);
        int place = questions
                .place(id)
                .orElseThrow(() -> annotation.invalid(
                        "question_id " + id + " is not in " + files.questions(),
                        "Give the questions that belong to the annotations."));
        long imageId = annotation.requireLong(JsonElement.IMAGE_ID);
        if (imageId != questions.imageId(place)) {
            throw annotation.invalid(
                    "image_id is " + imageId + " but the question's is " + questions.imageId(place) + " at "
                            + questions.where(place),
                    "Give the questions that belong to the annotations.");
        }
        return place;
    }

    private static AnswerType answerType(JsonElement annotation) {
        String answerType = annotation.requireText("answer_type");
        return AnswerType.of(answerType)
                .orElseThrow(() -> annotation.invalid(
                        "field answer_type: expected one of " + answerTypes() + ", found \"" + answerType + "\"",
                        "Correct the field."));
    }

    private static String answerTypes() {
        return Arrays.stream(AnswerType.values()).map(AnswerType::label).collect(Collectors.joining(", "));
    }
}
