package org.crvqa.vqa.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
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

    private final Problems problems;

    SplitReader(
            SourceFiles sources,
            WordPieceTokenizer tokenizer,
            AnswerCandidates candidates,
            long labelSeed,
            Problems problems) {
        this.sources = sources;
        this.tokenizer = tokenizer;
        this.candidates = candidates;
        this.labelSeed = labelSeed;
        this.problems = problems;
    }

    /**
     * The examples of a split by ascending question id. What is wrong with the files is noted; the examples are complete
     * when nothing was.
     *
     * @param without ids of images whose questions are left out
     */
    Examples read(DatasetSources.SplitFiles files, Set<Long> without) {
        return new Joining(files, Questions.read(sources, files.questions(), tokenizer, without, problems)).read();
    }

    /** All question types so far, by row. */
    List<String> questionTypes() {
        return List.copyOf(questionTypes.keySet());
    }

    /** The questions of a split, and the annotations that come to them. */
    private final class Joining {
        private final DatasetSources.SplitFiles files;
        private final Questions questions;
        private final Examples examples;
        /** Ids of questions that have an annotation with which something is wrong. */
        private final Set<Long> damaged = new HashSet<>();

        Joining(DatasetSources.SplitFiles files, Questions questions) {
            this.files = files;
            this.questions = questions;
            examples = new Examples(questions);
        }

        Examples read() {
            boolean whole =
                    JsonList.read(sources, files.annotations(), JsonList.ANNOTATIONS, problems, this::annotation);
            for (int place = 0; whole && place < questions.size(); place++) {
                if (!examples.isAnnotated(place) && !damaged.contains(questions.id(place))) {
                    problems.add(
                            ProblemKind.NO_ANNOTATION,
                            new InvalidInputException(
                                    questions.where(place) + ": question_id " + questions.id(place)
                                            + " has no annotation in " + files.annotations(),
                                    "Give the annotations that belong to the questions."));
                }
            }
            examples.complete();
            return examples;
        }

        private void annotation(JsonElement annotation) {
            try {
                join(annotation);
            } catch (InvalidInputException e) {
                annotation.likelyLong(JsonElement.QUESTION_ID).ifPresent(damaged::add);
                throw e;
            }
        }

        private void join(JsonElement annotation) {
            long id = annotation.requireLong(JsonElement.QUESTION_ID);
            long imageId = annotation.requireLong(JsonElement.IMAGE_ID);
            SoftScores scores = SoftScores.of(annotation.requireTexts("answers", "answer"), candidates);
            String type = annotation.requireText("question_type");
            AnswerType answerType = answerType(annotation);
            OptionalInt place = questions.place(id);
            if (place.isPresent() && fits(annotation, imageId, place.getAsInt())) {
                int row = questionTypes.computeIfAbsent(type, unknown -> questionTypes.size());
                int label = scores.label(candidates.size(), labelSeed, id);
                examples.annotate(place.getAsInt(), annotation, scores, label, row, answerType);
            } else if (questions.lacks(id) && !questions.isSkipped(id)) {
                problems.add(
                        ProblemKind.NO_QUESTION,
                        annotation.invalid(
                                "question_id " + id + " is not in " + files.questions(),
                                "Give the questions that belong to the annotations."));
            }
        }

        /** Whether the annotation is the first of the question at this place, and of its image; notes why not. */
        private boolean fits(JsonElement annotation, long imageId, int place) {
            long id = questions.id(place);
            if (imageId != questions.imageId(place)) {
                damaged.add(id);
                problems.add(
                        ProblemKind.OTHER_IMAGE,
                        annotation.invalid(
                                "image_id is " + imageId + " but the question's is " + questions.imageId(place) + " at "
                                        + questions.where(place),
                                "Give the questions that belong to the annotations."));
                return false;
            }
            if (examples.isAnnotated(place)) {
                problems.add(
                        ProblemKind.ANNOTATION_TWICE,
                        annotation.invalid(
                                "question_id " + id + " has an annotation already, at "
                                        + examples.whereAnnotated(files.annotations(), place),
                                "Remove one of the two."));
                return false;
            }
            return true;
        }
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
