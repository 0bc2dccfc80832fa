package org.crvqa.vqa.data;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The questions of one split with what their annotations say, by place. Plain arrays for the same reason as
 * {@link Questions}. Owned by one thread.
 */
final class Examples {
    private static final int NONE = -1;

    private final Questions questions;
    private final int[] labels;
    private final int[] questionTypes;
    private final byte[] answerTypes;
    /** By place: which annotation it is, of those that were added. */
    private final int[] annotations;
    /** By place: where the annotation stands in its file, for messages. */
    private final int[] elements;

    private final int[] lines;
    private final int[] columns;
    /** By annotation in the order of the file, and where the last one ends. */
    private int[] scoreStarts = {};

    private int[] scoreAnswers = {};
    private byte[] scoreCounts = {};

    private final IntStream.Builder newStarts = IntStream.builder();
    private final IntStream.Builder newAnswers = IntStream.builder();
    private final ByteArrayOutputStream newCounts = new ByteArrayOutputStream();
    private int annotated;

    Examples(Questions questions) {
        this.questions = questions;
        labels = new int[questions.size()];
        questionTypes = new int[questions.size()];
        answerTypes = new byte[questions.size()];
        annotations = new int[questions.size()];
        elements = new int[questions.size()];
        lines = new int[questions.size()];
        columns = new int[questions.size()];
        Arrays.fill(annotations, NONE);
    }

    boolean isAnnotated(int place) {
        return annotations[place] != NONE;
    }

    /** Where the question's annotation stands in this file, for messages. */
    String whereAnnotated(Path file, int place) {
        return JsonElement.where(file, elements[place], lines[place], columns[place]);
    }

    /** Adds the annotation of a question that has none yet. */
    void annotate(
            int place, JsonElement element, SoftScores scores, int label, int questionType, AnswerType answerType) {
        elements[place] = Math.toIntExact(element.index());
        lines[place] = element.line();
        columns[place] = element.column();
        annotations[place] = annotated++;
        labels[place] = label;
        questionTypes[place] = questionType;
        answerTypes[place] = (byte) answerType.ordinal();
        newStarts.add(newCounts.size());
        for (int answer : scores.answers()) {
            newAnswers.add(answer);
        }
        newCounts.writeBytes(scores.counts());
    }

    /** To be called after the last annotation and before scores are read. */
    void complete() {
        scoreStarts = newStarts.add(newCounts.size()).build().toArray();
        scoreAnswers = newAnswers.build().toArray();
        scoreCounts = newCounts.toByteArray();
    }

    int size() {
        return questions.size();
    }

    Questions questions() {
        return questions;
    }

    int label(int place) {
        return labels[place];
    }

    int questionType(int place) {
        return questionTypes[place];
    }

    /** {@link AnswerType} by ordinal, by place; not to be changed. */
    byte[] answerTypes() {
        return answerTypes;
    }

    int scoreCount(int place) {
        return scoreStarts[annotations[place] + 1] - scoreStarts[annotations[place]];
    }

    /** The example's scored answers in the order in which annotators named them first. */
    SoftScores scores(int place) {
        int from = scoreStarts[annotations[place]];
        int to = scoreStarts[annotations[place] + 1];
        return new SoftScores(Arrays.copyOfRange(scoreAnswers, from, to), Arrays.copyOfRange(scoreCounts, from, to));
    }

    long withoutLabel() {
        return IntStream.range(0, size())
                .filter(place -> scoreCount(place) == 0)
                .count();
    }
}
