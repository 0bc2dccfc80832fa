package org.crvqa.vqa.sample;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/**
 * A data set of some shape from which nothing can be learnt, to measure with: random words, answers, regions. Written as
 * VQA-CP v2 in the splits train and test, so that it is imported like real data. Every candidate answer occurs in train, so
 * an import that asks for no more keeps them all. The same shape and seed give the same bytes.
 */
public final class RandomDataset {
    static final List<String> SPECIAL_PIECES = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    /** VQA v2 has 65, each with bias priors of its own. */
    private static final int QUESTION_TYPES = 65;

    private static final int ANNOTATORS = 10;
    /** The others say a second answer, as is usual in VQA v2. */
    private static final int AGREEING_ANNOTATORS = 7;

    private final DataShape shape;
    private final Random random;

    private RandomDataset(DataShape shape, long seed) {
        this.shape = shape;
        random = new Random(seed);
    }

    /** Writes the files into a folder, which is created where absent. @throws UncheckedIOException when that fails */
    public static void write(Path folder, DataShape shape, long seed) {
        try {
            Files.createDirectories(folder);
            new RandomDataset(shape, seed).write(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a data set of random numbers to " + folder + ": " + e, e);
        }
    }

    private void write(Path folder) throws IOException {
        writeVocabulary(folder.resolve("vocab.txt"));
        writeSplit(folder, "train", 0, shape.trainQuestions());
        writeSplit(folder, "test", shape.trainQuestions(), shape.testQuestions());
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("features.tsv"), StandardCharsets.US_ASCII)) {
            for (int image = 0; image < shape.images(); image++) {
                writeImage(out, image);
            }
        }
    }

    private void writeVocabulary(Path file) throws IOException {
        List<String> pieces = new ArrayList<>(SPECIAL_PIECES);
        while (pieces.size() < shape.words()) {
            pieces.add(word(pieces.size()));
        }
        Files.write(file, pieces);
    }

    private void writeSplit(Path folder, String split, int firstId, int count) throws IOException {
        try (Writer questions = Files.newBufferedWriter(folder.resolve("vqacp_v2_" + split + "_questions.json"));
                Writer annotations =
                        Files.newBufferedWriter(folder.resolve("vqacp_v2_" + split + "_annotations.json"))) {
            for (int i = 0; i < count; i++) {
                int id = firstId + i;
                int image = random.nextInt(shape.images());
                questions.append(i == 0 ? "[" : ",\n").append(question(id, image));
                annotations.append(i == 0 ? "[" : ",\n").append(annotation(id, image));
            }
            questions.append("]\n");
            annotations.append("]\n");
        }
    }

    private String question(int id, int image) {
        StringJoiner words = new StringJoiner(" ");
        for (int i = 0; i < shape.tokens(); i++) {
            words.add(word(SPECIAL_PIECES.size() + random.nextInt(shape.words() - SPECIAL_PIECES.size())));
        }
        return "{\"image_id\": " + image + ", \"question\": \"" + words + "\", \"question_id\": " + id + "}";
    }

    private String annotation(int id, int image) {
        String answer = answer(id % shape.answers());
        String second = answer(random.nextInt(shape.answers()));
        StringJoiner given = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < ANNOTATORS; i++) {
            given.add("{\"answer\": \"" + (i < AGREEING_ANNOTATORS ? answer : second)
                    + "\", \"answer_confidence\": \"yes\", \"answer_id\": " + (i + 1) + "}");
        }
        return "{\"question_type\": \"type " + id % QUESTION_TYPES + "\", \"multiple_choice_answer\": \"" + answer
                + "\", \"answers\": " + given + ", \"image_id\": " + image
                + ", \"answer_type\": \"other\", \"question_id\": "
                + id + "}";
    }

    private void writeImage(Writer out, int image) throws IOException {
        int regions = shape.regions();
        ByteBuffer boxes = floats(regions * 4);
        for (int i = 0; i < regions; i++) {
            float left = random.nextFloat() * WIDTH / 2;
            float top = random.nextFloat() * HEIGHT / 2;
            boxes.putFloat(left).putFloat(top).putFloat(left + WIDTH / 4f).putFloat(top + HEIGHT / 4f);
        }
        ByteBuffer features = floats(regions * shape.featureDim());
        while (features.hasRemaining()) {
            // Faster R-CNN's features are not negative, and many are 0.
            features.putFloat(Math.max(0, (float) random.nextGaussian()));
        }
        Base64.Encoder base64 = Base64.getEncoder();
        out.append(Integer.toString(image)).append("\t" + WIDTH + "\t" + HEIGHT + "\t" + regions + "\t");
        out.append(base64.encodeToString(boxes.array())).append('\t');
        out.append(base64.encodeToString(features.array())).append('\n');
    }

    /** One word piece by the tokenizer, whatever the number. */
    private static String word(int id) {
        return "w" + id;
    }

    private static String answer(int label) {
        return "answer" + label;
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
