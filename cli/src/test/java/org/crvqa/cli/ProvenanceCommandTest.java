package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceCommandTest {
    private final CapturedConsole captured = new CapturedConsole();
    private String dataset = "";
    private String train = "";
    private String evaluation = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeChain() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            dataset = write(
                    store,
                    TaskSpec.newBuilder().setDataset(DatasetSpec.newBuilder().setLabelSeed(1)),
                    Manifest.getDefaultInstance());
            String model = write(
                    store,
                    TaskSpec.newBuilder().setModel(ModelSpec.newBuilder().setRandomSeed(7)),
                    Manifest.getDefaultInstance());
            Manifest details = Manifest.newBuilder()
                    .addInputKeys(dataset)
                    .addInputKeys(model)
                    .setProducer(Producer.newBuilder()
                            .setComponent("trainer-service")
                            .setCodeRevision("abc123")
                            .setDevice("gpu:0")
                            .setThreads(1)
                            .setHardware(Hardware.newBuilder()
                                    .setName("NVIDIA H100 80GB HBM3")
                                    .setDriverVersion("570.86.15")
                                    .setMemoryBytes(80L << 30)
                                    .setCudaFlavor("cu128"))
                            .setAttempt(2)
                            .putLibraries("java", "17"))
                    .build();
            train = write(
                    store, TaskSpec.newBuilder().setTrain(TrainSpec.newBuilder().setSeed(5)), details);
            attempt(store, "1.json", "{\"worker\":\"trainer-1\"}");
            attempt(store, "1.outcome.json", "{\"outcome\":\"lost\",\"cause\":\"no word for 45 s\"}");
            attempt(store, "2.json", "{\"worker\":\"trainer-2\"}");
            evaluation = write(
                    store,
                    TaskSpec.newBuilder().setEvaluate(EvaluateSpec.newBuilder().setTrainKey(train)),
                    Manifest.newBuilder()
                            .addInputKeys(train)
                            .addInputKeys(dataset)
                            .build());
        }
    }

    @Test
    void provenance_ofAnEvaluation_showsTheChainDownToItsImports() {
        assertThat(run("provenance", evaluation)).isEqualTo(ExitCode.OK);

        assertThat(captured.out())
                .contains("evaluation " + evaluation, "├─ stage 1 training " + train, "dataset " + dataset)
                .contains("weights drawn from seed 7", "(shown above)", "revision abc123", "with java 17")
                .contains(
                        "attempt 1 by trainer-1: lost (no word for 45 s)", "attempt 2 by trainer-2: made this artifact")
                .contains("on gpu:0 (NVIDIA H100 80GB HBM3, 80.0 GiB, driver 570.86.15, libtorch for cu128), 1 threads")
                .contains("verified: 4 artifacts");
    }

    @Test
    void provenance_flippedByte_namesTheFileAndFails() throws IOException {
        Path file = stored(dataset, "data.bin");
        byte[] bytes = Files.readAllBytes(file);
        bytes[0] ^= 1;
        Files.write(file, bytes);

        assertThat(run("provenance", evaluation.substring(0, 12))).isEqualTo(ExitCode.FAILED);

        assertThat(captured.err())
                .contains("Artifact " + dataset.substring(0, 12) + ": file data.bin has SHA-256 ", ", expected ");
        assertThat(captured.out()).contains("NOT AS IT WAS MADE", "NOT VERIFIED: 1 ");
    }

    @Test
    void provenance_flippedByteNotRead_passesAndSaysThatFilesWereNotRead() throws IOException {
        Files.writeString(stored(dataset, "data.bin"), "other");
        assertThat(run("provenance", evaluation, "--no-verify")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("files were not read");
    }

    @Test
    void provenance_inputGone_fails() throws IOException {
        Files.delete(stored(dataset, "manifest.json"));
        assertThat(run("provenance", evaluation)).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains(dataset.substring(0, 12) + ": there is no such artifact");
    }

    @Test
    void provenance_changedSpec_fails() throws IOException {
        Path manifest = stored(train, "manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"seed\":\"5\"", "\"seed\":\"6\""));
        assertThat(run("provenance", evaluation)).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("holds a spec whose key is");
    }

    @Test
    void provenance_bfloat16_isNamedWhereItWasUsed() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            TrainSpec.Builder coarse = TrainSpec.newBuilder();
            coarse.getTrainingBuilder().setSteps(3).setPrecision(Precision.PRECISION_BFLOAT16);
            train = write(store, TaskSpec.newBuilder().setTrain(coarse), Manifest.getDefaultInstance());
            evaluation = write(
                    store,
                    TaskSpec.newBuilder()
                            .setEvaluate(EvaluateSpec.newBuilder()
                                    .setTrainKey(train)
                                    .setPrecision(Precision.PRECISION_BFLOAT16)
                                    .addSplits(SplitSelection.newBuilder().setName("test"))),
                    Manifest.newBuilder().addInputKeys(train).build());
        }

        assertThat(run("provenance", evaluation)).isEqualTo(ExitCode.OK);
        assertThat(captured.out().lines())
                .anyMatch(line -> line.endsWith("splits test, bfloat16"))
                .anyMatch(line -> line.contains("3 steps of") && line.endsWith(", bfloat16"));
        assertThat(run("provenance", evaluation, "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"precision\" : \"PRECISION_BFLOAT16\"");
    }

    @Test
    void provenance_json_hasEveryArtifactOnce() {
        assertThat(run("provenance", evaluation, "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"verified\" : true", "\"outcome\" : \"lost\"", "\"code_revision\"");
        assertThat(captured.out())
                .contains("\"name\" : \"NVIDIA H100 80GB HBM3\"", "\"driver_version\" : \"570.86.15\"");
        assertThat(captured.out().split("\"kind\" : \"dataset\"", -1)).hasSize(2);
    }

    @Test
    void provenance_wrongKeys_saysWhat() {
        assertThat(run("provenance", "lmh")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("\"lmh\" is no artifact key");
        assertThat(run("provenance", "0123456789")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("No artifact of", "begins with 0123456789");
        assertThat(run("provenance", "0".repeat(64))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no artifact " + "0".repeat(64));
    }

    private Path stored(String key, String name) throws IOException {
        try (Stream<Path> files =
                Files.walk(folder.resolve("store").resolve("artifacts").resolve(key))) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    private void attempt(OpenStore store, String name, String json) {
        store.objects().put("tasks/" + train + "/attempts/" + name, json.getBytes(StandardCharsets.UTF_8));
    }

    private static String write(OpenStore store, TaskSpec.Builder spec, Manifest details) throws IOException {
        try (ArtifactDraft draft = store.artifacts().draft(spec.build())) {
            Files.writeString(draft.file("data.bin"), "content " + spec.getWorkCase());
            return draft.commit(details).getKey();
        }
    }

    private int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "CRVQA_STORE", folder.resolve("store").toUri().toString(),
                "CRVQA_CACHE", folder.resolve("cache").toString());
        CliContext context =
                new CliContext(captured.console(), environment, folder, folder.toString(), InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
