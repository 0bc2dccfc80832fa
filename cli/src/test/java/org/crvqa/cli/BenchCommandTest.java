package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.CacheLimit;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.rates.RateFiles;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Measures in processes of their own, as a person's call does. */
class BenchCommandTest {
    private static final Path TINY = Path.of("../docs/clients/tiny-lxmert.json");

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    @Test
    void bench_allWorks_givesATableAndRatesThatPlansRead() throws IOException {
        Path out = folder.resolve("bench.json");
        int code = run(
                "bench",
                "--config",
                TINY.toString(),
                "--answers",
                "20",
                "--batch-size",
                "4",
                "--eval-batch-size",
                "6",
                "--steps",
                "3",
                "--warmup-steps",
                "1",
                "--out",
                out.toString());
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(captured.err()).contains("stage1 (1 of 4)").contains("evaluate (4 of 4)");

        List<String> lines = captured.out().lines().toList();
        assertThat(lines.get(0)).startsWith("tiny-lxmert.json (lxmert): 161,792 parameters");
        assertThat(captured.out())
                .contains("s/step", "CPU s/step", "Examples/s", "Peak memory", "Waiting for data")
                .containsPattern("(?m)^stage2 +4 +3 +[0-9.]+ .* [0-9.]+ MB +[0-9.]+ %$")
                .containsPattern("stage3: training stands still for [0-9.]+ m?s to save a state of [0-9.]+ MB")
                .containsPattern("stage2: setting all thresholds, every 100 steps, takes [0-9.]+ m?s");

        List<MeasuredRate> rates = RateFiles.read(List.of(out));
        assertThat(rates)
                .extracting(MeasuredRate::getWork)
                .containsExactly(
                        WorkKind.WORK_KIND_STAGE1,
                        WorkKind.WORK_KIND_STAGE2,
                        WorkKind.WORK_KIND_STAGE3,
                        WorkKind.WORK_KIND_EVALUATE);
        assertThat(rates).extracting(MeasuredRate::getBatchSize).containsExactly(4, 4, 4, 6);
        assertThat(rates).allSatisfy(rate -> {
            assertThat(rate.getModel().getArchitecture()).isEqualTo(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT);
            assertThat(rate.getPrecision()).isEqualTo(Precision.PRECISION_UNSPECIFIED);
            assertThat(rate.getAnswers()).isEqualTo(20);
            assertThat(rate.getDevice()).isEqualTo("cpu");
            assertThat(rate.getThreads()).isEqualTo(1);
            assertThat(rate.getExamplesPerSecond() * rate.getSecondsPerStep())
                    .isCloseTo(rate.getBatchSize(), org.assertj.core.data.Percentage.withPercentage(0.01));
        });
        assertThat(folder.resolve("cache")).isDirectoryNotContaining("glob:**/bench-*");
    }

    @Test
    void bench_modelOfTheStore_isToldAsItsManifestTells() throws IOException {
        assertThat(run("model", "init", TINY.toString(), "--name", "tiny")).isEqualTo(ExitCode.OK);
        Manifest manifest = manifest("tiny");
        CapturedConsole json = new CapturedConsole();
        int code = run(
                json,
                "bench",
                "--model",
                "tiny",
                "--answers",
                "20",
                "--eval-batch-size",
                "6",
                "--steps",
                "2",
                "--warmup-steps",
                "1",
                "--work",
                "evaluate",
                "--tokens",
                "5",
                "--regions",
                "3",
                "--output",
                "json");
        assertThat(code).as(json.err()).isEqualTo(ExitCode.OK);

        JsonNode report = new JsonMapper().readTree(json.out());
        assertThat(report.get("model").get("config_sha256").textValue())
                .isEqualTo(Sha256.hex(manifest.getSpec().getModel().getConfigJson()));
        assertThat(report.get("model").get("parameters").longValue())
                .isEqualTo(manifest.getModel().getParameters());
        assertThat(report.get("model").get("tokens").intValue()).isEqualTo(5);
        assertThat(report.get("model").get("regions").intValue()).isEqualTo(3);
        assertThat(report.get("batch_size").intValue()).isEqualTo(32);
        assertThat(report.get("measurements")).hasSize(1);
        JsonNode measured = report.get("measurements").get(0);
        assertThat(measured.get("peak_memory_bytes").longValue()).isGreaterThan(10 << 20);
        assertThat(measured.get("peak_memory_of").textValue()).isEqualTo("process");
        assertThat(measured.get("loss").isNull()).isTrue();
        assertThat(measured.get("state_capture_seconds").isNull()).isTrue();
    }

    @Test
    void bench_withoutStateCapture_tellsNull() throws IOException {
        int code = run(
                "bench",
                "--config",
                TINY.toString(),
                "--answers",
                "20",
                "--batch-size",
                "4",
                "--steps",
                "2",
                "--warmup-steps",
                "0",
                "--work",
                "stage1",
                "--loss",
                "bce",
                "--no-state-capture",
                "--output",
                "json");
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
        JsonNode measured =
                new JsonMapper().readTree(captured.out()).get("measurements").get(0);
        assertThat(measured.get("state_capture_seconds").isNull()).isTrue();
        assertThat(measured.get("loss").textValue()).isEqualTo("bce");
        assertThat(measured.get("steps").intValue()).isEqualTo(2);
    }

    @Test
    void bench_deviceThatIsNotThere_isBadInputInTheProcessesOwnWords() {
        assumeTrue(System.getenv("PYTORCH_LIBRARY_PATH") == null, "the engine's own libraries are those for CPUs");
        int code =
                run("bench", "--config", TINY.toString(), "--answers", "20", "--device", "gpu:0", "--work", "stage1");
        assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("The device gpu:0 cannot be used").doesNotContain("\tat ");
        assertThat(folder.resolve("cache")).isDirectoryNotContaining("glob:**/bench-*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--work stage1,stage4       | --work: found 'stage4', expected stage1, stage2, stage3, evaluate",
                "--precision half           | --precision: found 'half', expected float32, bfloat16",
                "--loss mse                 | --loss: found 'mse', expected bce, lmh, ce, poe, reweight, lpf, rubi",
                "--device gpu:3             | --device: found 'gpu:3', expected cpu, gpu:0 or auto",
                "--steps 0                  | --steps: found 0, expected at least 1",
                "--batch-size -3            | --batch-size: found -3, expected at least 1",
                "--tokens 513               | --tokens: found 513, but lxmert-base has 512 positions",
                "--model a --config b       | --model and --config are both given",
                "--config none.json         | There is no file none.json",
                "--out no/such/folder/x     | --out: cannot write no/such/folder/x",
                "--model nobody             | There is no model 'nobody'"
            })
    void bench_wrongOption_isRefusedBeforeAnythingIsMeasured(String options, String message) {
        String[] arguments = ("bench " + options).split(" ");
        assertThat(run(arguments)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains(message).doesNotContain("making data");
    }

    private Manifest manifest(String name) {
        try (OpenStore open = OpenStore.open(
                StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"), CacheLimit.DISK)) {
            ArtifactKey key = open.names().resolve(Names.Kind.MODEL, name).orElseThrow();
            return open.artifacts().require(key);
        }
    }

    private int run(String... arguments) {
        return run(captured, arguments);
    }

    private int run(CapturedConsole console, String... arguments) {
        try {
            Files.createDirectories(folder.resolve("store/names"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        CliContext context = new CliContext(
                console.console(),
                Map.of(
                        "CRVQA_STORE",
                        folder.resolve("store").toUri().toString(),
                        "CRVQA_CACHE",
                        folder.resolve("cache").toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
