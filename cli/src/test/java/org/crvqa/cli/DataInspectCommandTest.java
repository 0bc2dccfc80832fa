package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataInspectCommandTest {
    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    private Path sample;

    @BeforeEach
    void importSample() {
        sample = folder.resolve("sample");
        int code = run(
                "data",
                "sample",
                "--out",
                sample.toString(),
                "--train",
                "400",
                "--test",
                "300",
                "--iid",
                "300",
                "--import-as",
                "small");
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void inspect_json_agreesWithTheAnnotationFiles() throws Exception {
        JsonObject json = inspectJson("small", "--top", "100");
        JsonArray annotations = JsonParser.parseString(
                        Files.readString(sample.resolve("vqacp_v2_test_annotations.json")))
                .getAsJsonArray();

        JsonObject test = part(json.getAsJsonArray("splits"), "name", "test");
        assertThat(test.get("questions").getAsInt()).isEqualTo(annotations.size());
        Map<String, Integer> answerTypes = new HashMap<>();
        annotations.forEach(annotation -> answerTypes.merge(
                annotation.getAsJsonObject().get("answer_type").getAsString(), 1, Integer::sum));
        answerTypes.forEach((type, count) -> assertThat(
                        test.getAsJsonObject("answer_types").get(type).getAsInt())
                .isEqualTo(count));

        String questionType =
                annotations.get(0).getAsJsonObject().get("question_type").getAsString();
        JsonObject found = part(
                part(json.getAsJsonArray("question_types"), "name", questionType)
                        .getAsJsonArray("splits"),
                "split",
                "test");
        Map<String, Double> shares = shares(annotations, questionType);
        assertThat(found.getAsJsonArray("top")).isNotEmpty();
        for (JsonElement answer : found.getAsJsonArray("top")) {
            assertThat(answer.getAsJsonObject().get("share").getAsDouble())
                    .isCloseTo(
                            shares.getOrDefault(
                                    answer.getAsJsonObject().get("answer").getAsString(), -1.0),
                            within(1e-6));
        }
    }

    @Test
    void inspect_sample_testShiftsMoreThanIid() {
        JsonArray splits = inspectJson("small").getAsJsonArray("splits");
        double test = part(splits, "name", "test").get("total_variation").getAsDouble();
        double iid = part(splits, "name", "iid").get("total_variation").getAsDouble();

        assertThat(test).isBetween(2 * iid, 1.0);
        assertThat(part(splits, "name", "train").has("total_variation")).isFalse();
    }

    @Test
    void inspect_table_namesSplitsTypesAndShift() {
        assertThat(run("data", "inspect", "small", "--types", "2")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("candidate answers")
                .contains("Prior shift of")
                .contains("2 of 7 question types")
                .containsPattern("(?m)^test +[0-9]+ +[0-9.]+  \\[=+");
    }

    @Test
    void inspect_picture_showsTypesAndSplits() {
        Path picture = folder.resolve("shift.svg");

        assertThat(run("data", "inspect", "small", "--split", "test", "--picture", picture.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(picture).content().contains(">train<").contains(">test<").doesNotContain(">iid<");
    }

    /** "A" is an article, of which normalisation leaves nothing. */
    @Test
    void inspect_emptyAnswer_isShownInQuotes() throws Exception {
        Path letters = folder.resolve("letters");
        int code =
                run("data", "sample", "--out", letters.toString(), "--train", "400", "--test", "300", "--iid", "300");
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
        for (String split : List.of("train", "test", "iid")) {
            Path annotations = letters.resolve("vqacp_v2_" + split + "_annotations.json");
            Files.writeString(annotations, Files.readString(annotations).replace("\"no\"", "\"A\""));
        }
        assertThat(run("data", "import", "--vqa-cp", letters.toString(), "--name", "letters"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .containsPattern(
                        "answers that occur at least 9 times: [0-9]+ in train \\(taken\\), [0-9]+ in train and test");
        Path picture = folder.resolve("letters.svg");

        assertThat(run("data", "inspect", "letters", "--top", "9", "--picture", picture.toString()))
                .isEqualTo(ExitCode.OK);

        assertThat(captured.out()).containsPattern("\"\" [0-9.]+");
        assertThat(picture).content().contains(">&quot;&quot;<");
    }

    @Test
    void inspect_unknownNames_areExplained() {
        assertThat(run("data", "inspect", "none")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("data", "inspect", "small", "--split", "val")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("data", "inspect", "small", "--reference", "val")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("data", "inspect", "small", "--top", "0")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("no dataset 'none'")
                .contains("no split or subset val")
                .contains("no split val")
                .contains("--top is 0");
    }

    /** Independent of the program: the sample's answers need no normalisation and all are candidates. */
    private static Map<String, Double> shares(JsonArray annotations, String questionType) {
        Map<String, Double> scores = new TreeMap<>();
        for (JsonElement element : annotations) {
            JsonObject annotation = element.getAsJsonObject();
            if (annotation.get("question_type").getAsString().equals(questionType)) {
                Map<String, Integer> given = new HashMap<>();
                annotation
                        .getAsJsonArray("answers")
                        .forEach(answer -> given.merge(
                                answer.getAsJsonObject().get("answer").getAsString(), 1, Integer::sum));
                given.forEach((answer, count) -> scores.merge(answer, Math.min(count / 3.0, 1), Double::sum));
            }
        }
        double sum = scores.values().stream().mapToDouble(Double::doubleValue).sum();
        scores.replaceAll((answer, score) -> score / sum);
        return scores;
    }

    private JsonObject inspectJson(String... arguments) {
        String before = captured.out();
        List<String> all = Stream.of(List.of("data", "inspect"), List.of(arguments), List.of("--output", "json"))
                .flatMap(List::stream)
                .toList();
        assertThat(run(all.toArray(String[]::new))).as(captured.err()).isEqualTo(ExitCode.OK);
        return JsonParser.parseString(captured.out().substring(before.length())).getAsJsonObject();
    }

    private static JsonObject part(JsonArray parts, String key, String value) {
        for (JsonElement part : parts) {
            if (part.getAsJsonObject().get(key).getAsString().equals(value)) {
                return part.getAsJsonObject();
            }
        }
        throw new AssertionError("no " + value + " in " + parts);
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_STORE", folder.resolve("store").toUri().toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
