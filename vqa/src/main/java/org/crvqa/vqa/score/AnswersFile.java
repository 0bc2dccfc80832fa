package org.crvqa.vqa.score;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.SplitPredictions;

/** What an evaluation answered, with probabilities and by columns: a {@link SplitPredictions}. */
public final class AnswersFile {
    private static final int FORMAT = 1;

    private AnswersFile() {}

    /** The name of a split's file in an evaluation artifact. */
    public static String name(String split) {
        return "predictions-" + split + ".binpb";
    }

    /** Writes the answers to the questions that were scored; the same bytes for the same answers. */
    public static void write(Path file, SplitScores scores, KeptAnswers answers) {
        try (OutputStream out = Files.newOutputStream(file)) {
            of(scores, answers).writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static SplitPredictions of(SplitScores scores, KeptAnswers answers) {
        int kept = answers.kept();
        if (answers.answers().length != scores.size() * kept) {
            throw new IllegalArgumentException(
                    answers.answers().length + " answers to " + scores.size() + " questions, " + kept + " each");
        }
        SplitPredictions.Builder columns = SplitPredictions.newBuilder()
                .setFormat(FORMAT)
                .setSplit(scores.split())
                .setKept(kept)
                .setProbability(answers.probability());
        Map<Integer, Integer> places = new HashMap<>();
        IntStream.of(answers.answers()).sorted().distinct().forEach(label -> {
            places.put(label, places.size());
            columns.addAnswerTexts(scores.text(label));
        });
        for (int i = 0; i < scores.size(); i++) {
            columns.addQuestionIds(scores.questionId(i));
            columns.addAccuracies(scores.accuracy(i));
        }
        for (int i = 0; i < answers.answers().length; i++) {
            columns.addAnswers(places.get(answers.answers()[i]));
            columns.addProbabilities(answers.probabilities()[i]);
        }
        return columns.build();
    }
}
