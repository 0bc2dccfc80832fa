package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/** Writes the examples of a split as {@link DatasetFiles} says. */
final class SplitWriter {
    private final Examples examples;

    private SplitWriter(Examples examples) {
        this.examples = examples;
    }

    /**
     * Writes one split's file.
     *
     * @param imageRows row of each example's image
     */
    static void write(Path file, Examples examples, int[] imageRows) {
        new SplitWriter(examples).write(file, imageRows);
    }

    private void write(Path file, int[] imageRows) {
        int[] tokenStarts = starts(examples.questions()::tokenCount);
        int[] scoreStarts = starts(examples::scoreCount);
        long n = examples.size();
        long tokens = tokenStarts[tokenStarts.length - 1];
        long scores = scoreStarts[scoreStarts.length - 1];
        List<TensorDeclaration> tensors = List.of(
                TensorDeclaration.of(DatasetFiles.QUESTION_ID, TensorType.I64, n),
                TensorDeclaration.of(DatasetFiles.IMAGE_ROW, TensorType.I32, n),
                TensorDeclaration.of(DatasetFiles.LABEL, TensorType.I32, n),
                TensorDeclaration.of(DatasetFiles.QUESTION_TYPE, TensorType.I32, n),
                TensorDeclaration.of(DatasetFiles.TOKEN_START, TensorType.I32, n + 1),
                TensorDeclaration.of(DatasetFiles.TOKENS, TensorType.I32, tokens),
                TensorDeclaration.of(DatasetFiles.SCORE_START, TensorType.I32, n + 1),
                TensorDeclaration.of(DatasetFiles.SCORE_ANSWER, TensorType.I32, scores),
                TensorDeclaration.f32(DatasetFiles.SCORE_VALUE, scores),
                TensorDeclaration.of(DatasetFiles.ANSWER_TYPE, TensorType.U8, n));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            writer.writeLongs(DatasetFiles.QUESTION_ID, examples.questions().ids());
            writer.writeInts(DatasetFiles.IMAGE_ROW, imageRows);
            writer.writeInts(DatasetFiles.LABEL, ints(examples::label));
            writer.writeInts(DatasetFiles.QUESTION_TYPE, ints(examples::questionType));
            writer.writeInts(DatasetFiles.TOKEN_START, tokenStarts);
            writer.writeInts(DatasetFiles.TOKENS, gather(tokenStarts, examples.questions()::tokens));
            writer.writeInts(DatasetFiles.SCORE_START, scoreStarts);
            writer.writeInts(
                    DatasetFiles.SCORE_ANSWER,
                    gather(scoreStarts, place -> examples.scores(place).answers()));
            writer.writeFloats(DatasetFiles.SCORE_VALUE, scoreValues(scoreStarts));
            writer.writeBytes(DatasetFiles.ANSWER_TYPE, examples.answerTypes());
            writer.commit();
        }
    }

    /** Where each example's part of the concatenated lists starts, and where the last ends. */
    private int[] starts(IntUnaryOperator length) {
        int[] starts = new int[examples.size() + 1];
        for (int i = 0; i < examples.size(); i++) {
            starts[i + 1] = Math.addExact(starts[i], length.applyAsInt(i));
        }
        return starts;
    }

    /** The examples' lists one after the other. */
    private int[] gather(int[] starts, IntFunction<int[]> list) {
        int[] all = new int[starts[examples.size()]];
        for (int place = 0; place < examples.size(); place++) {
            System.arraycopy(list.apply(place), 0, all, starts[place], starts[place + 1] - starts[place]);
        }
        return all;
    }

    private float[] scoreValues(int[] starts) {
        float[] all = new float[starts[examples.size()]];
        for (int place = 0; place < examples.size(); place++) {
            System.arraycopy(examples.scores(place).values(), 0, all, starts[place], starts[place + 1] - starts[place]);
        }
        return all;
    }

    private int[] ints(IntUnaryOperator value) {
        return IntStream.range(0, examples.size()).map(value).toArray();
    }

    /** Rows of the examples' images, all of which the index has. */
    static int[] imageRows(Examples examples, ImageIndex images) {
        Questions questions = examples.questions();
        return IntStream.range(0, examples.size())
                .map(place -> images.row(questions.imageId(place)).orElseThrow())
                .toArray();
    }
}
