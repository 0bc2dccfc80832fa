package org.crvqa.vqa.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The sample data set: scenes of one or two objects, questions from seven templates, answers whose priors are reversed
 * in the test split. Written as VQA-CP v2 with a third split {@code iid} that has the training priors, bottom-up-attention
 * TSV and a vocabulary, so that it is imported like real data.
 *
 * <p>Distributions and structure are those of {@code make_synthetic.py}, the project's definition of the set; the random
 * generator is Java's, so for a seed the bytes differ from that script's, and are the same on every Java.
 */
public final class SyntheticDataset {
    private static final List<String> SPECIAL_PIECES = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");

    private final SampleOptions options;
    private final Draws draws;
    private final RegionCodes codes;
    private final AnswerPriors priors;
    private final Map<String, Integer> words = new TreeMap<>();
    private long images;

    private SyntheticDataset(SampleOptions options) {
        this.options = options;
        draws = new Draws(options.seed());
        codes = new RegionCodes(draws, options);
        priors = new AnswerPriors(draws, options.skew());
    }

    /**
     * Writes the data set; the folder is created where absent, and files of an earlier one are replaced when all are
     * complete.
     *
     * @throws UncheckedIOException when the folder cannot be written
     */
    public static void write(Path folder, SampleOptions options) {
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempDirectory(folder, ".writing");
            try {
                new SyntheticDataset(options).write(unfinished);
                for (Path file : files(unfinished)) {
                    Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            } finally {
                for (Path file : files(unfinished)) {
                    Files.delete(file);
                }
                Files.delete(unfinished);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the sample data set to " + folder + ": " + e, e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void write(Path folder) throws IOException {
        try (RegionsFile regions = new RegionsFile(folder.resolve("features.tsv"), codes, options)) {
            writeSplit(folder, "train", options.trainQuestions(), regions);
            writeSplit(folder, "test", options.testQuestions(), regions);
            writeSplit(folder, "iid", options.iidQuestions(), regions);
        }
        Files.write(folder.resolve("vocab.txt"), vocabulary());
    }

    private void writeSplit(Path folder, String split, int questions, RegionsFile regions) throws IOException {
        boolean test = split.equals("test");
        try (QuestionsFile file = new QuestionsFile(
                folder.resolve("vqacp_v2_" + split + "_questions.json"),
                folder.resolve("vqacp_v2_" + split + "_annotations.json"),
                test ? "val2014" : "train2014")) {
            while (file.count() < questions) {
                Scene scene = Scene.draw(++images, test, priors, options, draws);
                file.write(scene);
                regions.write(scene, draws);
                if (split.equals("train")) {
                    countWords(scene);
                }
            }
        }
    }

    private void countWords(Scene scene) {
        for (Scene.Asked asked : scene.questions()) {
            String text = asked.text().toLowerCase(Locale.ROOT).replace("?", " ?");
            for (String word : text.split(" ")) {
                words.merge(word, 1, Integer::sum);
            }
        }
    }

    /** The special pieces, then the words of training questions, the most frequent first. */
    private List<String> vocabulary() {
        List<String> pieces = new ArrayList<>(SPECIAL_PIECES);
        words.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(word -> pieces.add(word.getKey()));
        return pieces;
    }
}
