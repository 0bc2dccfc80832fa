package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/** Writes the examples of a split as {@link DatasetFiles} says. */
final class SplitWriter {
    private final List<Example> examples;

    private SplitWriter(List<Example> examples) {
        this.examples = examples;
    }

    /**
     * Writes one split's file.
     *
     * @param imageRows row of each example's image
     */
    static void write(Path file, List<Example> examples, int[] imageRows) {
        new SplitWriter(examples).write(file, imageRows);
    }

    private void write(Path file, int[] imageRows) {
        int[] tokenStarts = starts(example -> example.question().tokens().length);
        int[] scoreStarts = starts(example -> example.scores().answers().length);
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
            writer.writeLongs(
                    DatasetFiles.QUESTION_ID,
                    examples.stream()
                            .mapToLong(example -> example.question().id())
                            .toArray());
            writer.writeInts(DatasetFiles.IMAGE_ROW, imageRows);
            writer.writeInts(DatasetFiles.LABEL, ints(Example::label));
            writer.writeInts(DatasetFiles.QUESTION_TYPE, ints(Example::questionType));
            writer.writeInts(DatasetFiles.TOKEN_START, tokenStarts);
            for (Example example : examples) {
                writer.writeInts(DatasetFiles.TOKENS, example.question().tokens());
            }
            writer.writeInts(DatasetFiles.SCORE_START, scoreStarts);
            for (Example example : examples) {
                writer.writeInts(DatasetFiles.SCORE_ANSWER, example.scores().answers());
            }
            for (Example example : examples) {
                writer.writeFloats(DatasetFiles.SCORE_VALUE, example.scores().values());
            }
            writer.writeBytes(DatasetFiles.ANSWER_TYPE, answerTypes());
            writer.commit();
        }
    }

    /** Where each example's part of the concatenated lists starts, and where the last ends. */
    private int[] starts(ToIntFunction<Example> length) {
        int[] starts = new int[examples.size() + 1];
        for (int i = 0; i < examples.size(); i++) {
            starts[i + 1] = Math.addExact(starts[i], length.applyAsInt(examples.get(i)));
        }
        return starts;
    }

    private int[] ints(ToIntFunction<Example> value) {
        return examples.stream().mapToInt(value).toArray();
    }

    private byte[] answerTypes() {
        byte[] types = new byte[examples.size()];
        IntStream.range(0, types.length)
                .forEach(i -> types[i] = (byte) examples.get(i).answerType().ordinal());
        return types;
    }

    /** Rows of the examples' images. @throws InvalidInputException when an image is missing */
    static int[] imageRows(List<Example> examples, ImageFeatures images, List<Path> featureFiles) {
        return examples.stream()
                .map(Example::question)
                .mapToInt(question -> images.row(question.imageId())
                        .orElseThrow(() -> new InvalidInputException(
                                question.where() + ": question_id " + question.id() + " is about image "
                                        + question.imageId() + ", which is not in " + featureFiles,
                                "Give the features of all images, in one or several TSV files.")))
                .toArray();
    }
}
