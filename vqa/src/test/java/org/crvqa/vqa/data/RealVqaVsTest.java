package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.vqa.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The 32,723 real questions of VQA-VS Val against src/test/python/golden_data.py, which computes candidates, soft scores,
 * labels and priors on its own. Skipped where the data set is not at hand.
 */
class RealVqaVsTest {
    @TempDir
    Path folder;

    @Test
    void realAnnotations_giveTheNumbersOfTheReference() throws IOException {
        Path zip = SharedData.file("data/vqa-vs/Val.zip");
        assumeTrue(Files.exists(zip), "Skipped: there is no " + zip);
        SmallVqaCp store = new SmallVqaCp(folder);
        try (Dataset dataset = store.open(store.run(unpack(zip), new ImportOptions(9, List.of("train"), "train", 3)))) {
            JsonNode golden = golden();
            assertThat(dataset.answers()).isEqualTo(golden.path("candidates").intValue());
            assertThat(sha(IntStream.range(0, dataset.answers())
                            .mapToObj(dataset::answer)
                            .toList()))
                    .isEqualTo(golden.path("candidates_sha256").textValue());
            Split split = dataset.split("train");
            assertThat(sha(IntStream.range(0, split.size())
                            .mapToObj(i -> describe(split, i))
                            .toList()))
                    .isEqualTo(golden.path("examples_sha256").textValue());
            requirePriors(dataset, golden);
        }
    }

    private static void requirePriors(Dataset dataset, JsonNode golden) {
        int types = golden.path("types").intValue();
        JsonNode sums = golden.path("bias_sum_by_type");
        for (int type = 0; type < types; type++) {
            double sum = 0;
            for (float value : dataset.bias(type)) {
                sum += value;
            }
            assertThat(sum).as("type %s", type).isCloseTo(sums.get(type).doubleValue(), within(1e-5));
        }
        requireStart(dataset.bias(0), golden.path("first_bias"));
        requireStart(dataset.bias(types - 1), golden.path("last_bias"));
        requireStart(dataset.meanScores(), golden.path("mean"));
    }

    private static void requireStart(float[] values, JsonNode expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat((double) values[i]).isCloseTo(expected.get(i).doubleValue(), within(1e-7));
        }
    }

    /** As the reference writes it: id, label or -1, and answers with how many gave them, cut at 3. */
    private static String describe(Split split, int i) {
        StringJoiner text = new StringJoiner(" ").add(Long.toString(split.questionId(i)));
        int[] answers = split.scoreAnswers(i);
        float[] values = split.scoreValues(i);
        text.add(Integer.toString(answers.length == 0 ? -1 : split.label(i)));
        for (int j = 0; j < answers.length; j++) {
            text.add(Integer.toString(answers[j])).add(Integer.toString(Math.round(values[j] * 3)));
        }
        return answers.length == 0 ? text + " " : text.toString();
    }

    /** The real files as one split, and one region for each of their images. */
    private DatasetSources unpack(Path zip) throws IOException {
        Path questions = folder.resolve("Val-Ques.json");
        Path annotations = folder.resolve("Val-Ans.json");
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (Path target : List.of(questions, annotations)) {
                try (InputStream in = file.getInputStream(file.getEntry("Val/" + target.getFileName()))) {
                    Files.copy(in, target);
                }
            }
        }
        Path features = folder.resolve("features.tsv");
        try (Writer out = Files.newBufferedWriter(features)) {
            for (long image : images(questions)) {
                out.write(SmallVqaCp.line(image, 1, SmallVqaCp.floats(0, 0, 2, 2), SmallVqaCp.floats(1)));
            }
        }
        Path words = folder.resolve("vocab.txt");
        Files.writeString(words, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
        return new DatasetSources(
                DatasetFormat.DATASET_FORMAT_VQA_VS,
                List.of(new DatasetSources.SplitFiles("train", questions, annotations)),
                List.of(),
                List.of(features),
                words);
    }

    private static List<Long> images(Path questions) throws IOException {
        List<Long> images = new ArrayList<>();
        for (JsonNode question : new ObjectMapper().readTree(questions.toFile())) {
            images.add(question.path("image_id").longValue());
        }
        return images.stream().distinct().toList();
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = RealVqaVsTest.class.getResourceAsStream("vqa-vs-val.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String sha(List<String> lines) {
        return Sha256.hex(lines.stream().collect(Collectors.joining("\n")));
    }
}
