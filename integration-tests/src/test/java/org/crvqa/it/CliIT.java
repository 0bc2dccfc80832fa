package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.crvqa.it.CommandLine.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the command line as a person uses them: processes, files, exit codes. */
@Timeout(240)
class CliIT {
    private static final String TINY = """
            {"model_type": "lxmert", "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 32, "l_layers": 1,
             "r_layers": 1, "x_layers": 1, "initializer_range": 0.1, "vocab_size": %d, "visual_feat_dim": %d,
             "max_position_embeddings": 16}
            """;

    @TempDir
    private Path folder;

    private CommandLine commands = new CommandLine(Path.of(""));

    @BeforeEach
    void choose() {
        commands = new CommandLine(folder);
    }

    @AfterEach
    void stopWhatRuns() throws Exception {
        commands.close();
    }

    @Test
    void everyCommand_onALocalCluster_doesWhatItsHelpSays() throws Exception {
        Result up = crvqa("local", "up", "--trainers", "1");
        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(crvqa("local", "status").exitCode()).isZero();
        bringData();
        Path experiment = Files.writeString(folder.resolve("e.yaml"), Samples.shortExperiment("by-hand"));

        assertThat(crvqa("plan", experiment.toString()).out()).contains("4 to run");
        Result submitted = crvqa("submit", experiment.toString(), "--watch", "--output", "json");
        assertThat(submitted.exitCode()).as(submitted.err()).isZero();
        String id = JsonParser.parseString(submitted.out())
                .getAsJsonObject()
                .get("experiment_id")
                .getAsString();
        assertThat(crvqa("report", id).out()).contains("lmh-lmh 0.7");
        assertThat(crvqa("list").out()).contains(id).contains("succeeded").contains("4/4");
        assertThat(crvqa("watch", id).exitCode()).isZero();
        assertThat(commands.json("waste", id).get("spent_seconds").getAsDouble())
                .isPositive();
        assertThat(crvqa("doctor", "--dataset", "sample").exitCode()).isZero();
        assertACorruptResultIsFoundRemovedAndMadeAgain(id);
        assertBadInput(experiment);

        assertThat(crvqa("local", "down").exitCode()).isZero();
        assertThat(crvqa("local", "status").exitCode()).isEqualTo(3);
    }

    @Test
    void noCoordinator_isExitCodeThree() throws Exception {
        Path experiment = Files.writeString(folder.resolve("e.yaml"), Samples.shortExperiment("nowhere"));

        Result result = crvqa("submit", experiment.toString(), "--coordinator", "127.0.0.1:1");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("Cannot reach the coordinator at 127.0.0.1:1");
    }

    @Test
    void brokenSources_areExitCodeTwoAndLeaveNothing() throws Exception {
        Path data = folder.resolve("data");
        crvqa("data", "sample", "--out", data.toString(), "--train", "300", "--test", "50", "--iid", "50");
        Files.writeString(data.resolve("vqacp_v2_test_questions.json"), "[{\"question_id\": 1,");
        Path store = folder.resolve("store");

        Result result =
                crvqa("data", "import", "--vqa-cp", data.toString(), "--name", "x", "--store", store.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("vqacp_v2_test_questions.json").doesNotContain("\tat ");
        assertThat(store.resolve("names")).doesNotExist();
        assertThat(store.resolve("artifacts"))
                .satisfiesAnyOf(
                        path -> assertThat(path).doesNotExist(),
                        path -> assertThat(path).isEmptyDirectory());
    }

    private void assertACorruptResultIsFoundRemovedAndMadeAgain(String experiment) throws Exception {
        String key = evaluation(experiment);
        assertThat(crvqa("provenance", key).exitCode()).isZero();
        Path file = flipAByte(key);

        Result found = crvqa("provenance", key);
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(found.out() + found.err())
                .contains(file.getFileName().toString())
                .contains("SHA-256");
        assertThat(crvqa("gc", "--discard", key).exitCode()).isZero();
        assertThat(file).as("a dry run removes nothing").exists();
        Result removed = crvqa("gc", "--apply", "--discard", key);
        assertThat(removed.exitCode()).as(removed.err()).isZero();
        assertThat(file).doesNotExist();

        Result retried = crvqa("retry", experiment, "--watch");
        assertThat(retried.exitCode()).as(retried.err()).isZero();
        assertThat(crvqa("provenance", key).exitCode()).isZero();
    }

    private String evaluation(String experiment) throws Exception {
        return commands.json("report", experiment)
                .getAsJsonArray("rows")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("cells")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .get("key")
                .getAsString();
    }

    private Path flipAByte(String key) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("local"))) {
            Path file = files.filter(path -> path.toString().contains("/artifacts/" + key + "/")
                            && path.getFileName().toString().startsWith("predictions-"))
                    .findFirst()
                    .orElseThrow();
            byte[] content = Files.readAllBytes(file);
            content[content.length / 2] ^= 1;
            Files.write(file, content);
            return file;
        }
    }

    private void bringData() throws Exception {
        Result sample = crvqa(
                "data",
                "sample",
                "--out",
                folder.resolve("sample").toString(),
                "--train",
                "1000",
                "--test",
                "200",
                "--iid",
                "200",
                "--import-as",
                "sample",
                "--output",
                "json");
        assertThat(sample.exitCode()).as(sample.err()).isZero();
        var dataset = JsonParser.parseString(sample.out()).getAsJsonObject().getAsJsonObject("dataset");
        Path config = Files.writeString(
                folder.resolve("tiny.json"),
                TINY.formatted(
                        dataset.get("vocabulary_size").getAsInt(),
                        dataset.get("feature_dim").getAsInt()));
        Result model = crvqa("model", "init", config.toString(), "--name", "tiny");
        assertThat(model.exitCode()).as(model.err()).isZero();
    }

    private void assertBadInput(Path good) throws Exception {
        Path bad = Files.writeString(
                folder.resolve("bad.yaml"), Files.readString(good).replace("seeds:", "seedz:"));
        Result unknownKey = crvqa("plan", bad.toString());
        assertThat(unknownKey.exitCode()).isEqualTo(2);
        assertThat(unknownKey.err()).containsPattern("bad\\.yaml:[0-9]+:1: .*seedz.*seeds");

        Files.writeString(bad, Files.readString(good).replace("dataset: sample", "dataset: nothing"));
        Result unknownDataset = crvqa("submit", bad.toString());
        assertThat(unknownDataset.exitCode()).isEqualTo(2);
        assertThat(unknownDataset.err()).contains("bad.yaml:2:10: dataset: ").contains("'nothing'");

        assertThat(crvqa("report", "no-such-experiment").exitCode()).isEqualTo(2);
        assertThat(crvqa("submit", folder.resolve("none.yaml").toString()).exitCode())
                .isEqualTo(2);
    }

    private Result crvqa(String... arguments) throws IOException, InterruptedException {
        return commands.run(arguments);
    }
}
