package org.crvqa.cli.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RateFilesTest {
    private static final String BENCH = """
            {"schema": "crvqa-bench/1", "program": "crvqa", "version": {"code": "abc"}, "device": "gpu:0",
             "device_name": "NVIDIA H100", "threads": 1, "precision": "float32",
             "model": {"name": "lxmert", "architecture": "lxmert", "parameters": 61000, "config_sha256": "c0ffee"},
             "answers": 23,
             "measurements": [
               {"work": "stage1", "steps": 10, "batch_size": 64, "seconds_per_step": 0.5, "cpu_seconds_per_step": 0.4,
                "steps_per_second": 2, "examples_per_second": 128, "peak_memory_bytes": 1000, "data_wait_share": 0.1,
                "state_capture_seconds": 0},
               {"work": "evaluate", "steps": 10, "batch_size": 256, "seconds_per_step": 0.2,
                "examples_per_second": 1280}]}
            """;

    @TempDir
    private Path folder;

    @Test
    void read_benchmark_givesItsRates() throws IOException {
        List<MeasuredRate> rates = read(BENCH);

        assertThat(rates).hasSize(2);
        MeasuredRate first = rates.get(0);
        assertThat(first.getWork()).isEqualTo(WorkKind.WORK_KIND_STAGE1);
        assertThat(first.getModel().getArchitecture()).isEqualTo(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT);
        assertThat(first.getModel().getParameters()).isEqualTo(61_000);
        assertThat(first.getModel().getConfigSha256()).isEqualTo("c0ffee");
        assertThat(first.getPrecision()).isEqualTo(Precision.PRECISION_UNSPECIFIED);
        assertThat(first.getBatchSize()).isEqualTo(64);
        assertThat(first.getSecondsPerStep()).isEqualTo(0.5);
        assertThat(first.getExamplesPerSecond()).isEqualTo(128);
        assertThat(first.getAnswers()).isEqualTo(23);
        assertThat(first.getDevice()).isEqualTo("gpu:0");
        assertThat(first.getDeviceName()).isEqualTo("NVIDIA H100");
        assertThat(first.getThreads()).isEqualTo(1);
        assertThat(first.getSource()).isEqualTo("bench.json");
        assertThat(rates.get(1).getWork()).isEqualTo(WorkKind.WORK_KIND_EVALUATE);
    }

    @Test
    void read_listOfBenchmarksAndASecondFile_givesAllOfThem() throws IOException {
        Path first = write("bench.json", "[" + BENCH + "," + BENCH.replace("float32", "bfloat16") + "]");
        Path second = write("large.json", BENCH.replace("61000", "208000000"));

        assertThat(RateFiles.read(List.of(first, second)))
                .hasSize(6)
                .extracting(MeasuredRate::getPrecision)
                .containsSubsequence(Precision.PRECISION_UNSPECIFIED, Precision.PRECISION_BFLOAT16);
    }

    @Test
    void read_withoutOptionalFields_leavesThemEmpty() throws IOException {
        String bare = BENCH.replace("\"device_name\": \"NVIDIA H100\",", "")
                .replace(", \"config_sha256\": \"c0ffee\"", "")
                .replace("\"name\": \"lxmert\",", "");

        assertThat(read(bare)).allSatisfy(rate -> {
            assertThat(rate.getDeviceName()).isEmpty();
            assertThat(rate.getModel().getConfigSha256()).isEmpty();
        });
    }

    /** One change of the benchmark each, and what the message must say. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("crvqa-bench/1", "crvqa-bench/2", "schema is \"crvqa-bench/2\", expected \"crvqa-bench/1\""),
                arguments("\"schema\"", "\"scheme\"", "schema is missing"),
                arguments("\"program\": \"crvqa\"", "\"program\": \"pytorch\"", "was measured with pytorch"),
                arguments(
                        "\"precision\": \"float32\"",
                        "\"precision\": \"fp16\"",
                        "precision is \"fp16\", expected one of"),
                arguments(
                        "\"architecture\": \"lxmert\"", "\"architecture\": \"vilt\"", "model.architecture is \"vilt\""),
                arguments("61000", "-61000", "model.parameters is -61000, expected a whole number in 1.."),
                arguments("\"answers\": 23,", "", "answers is missing, expected a whole number"),
                arguments("\"answers\": 23", "\"answers\": 2.5", "answers is 2.5"),
                arguments("\"gpu:0\"", "\" \"", "device is \" \""),
                arguments("\"device\": \"gpu:0\",", "", "device is missing"),
                arguments("\"threads\": 1", "\"threads\": 0", "threads is 0"),
                arguments("\"stage1\"", "\"stage4\"", "measurements[0].work is \"stage4\", expected one of stage1"),
                arguments("\"batch_size\": 64", "\"batch_size\": 64.5", "measurements[0].batch_size is 64.5"),
                arguments(
                        "\"seconds_per_step\": 0.5",
                        "\"seconds_per_step\": -0.5",
                        "measurements[0].seconds_per_step is -0.5"),
                arguments("\"seconds_per_step\": 0.5", "\"seconds_per_step\": 0", "expected a number above 0"),
                arguments("\"seconds_per_step\": 0.5", "\"seconds_per_step\": NaN", "bench.json is not JSON"),
                arguments("\"seconds_per_step\": 0.5", "\"seconds_per_step\": 1e999", "expected a number above 0"),
                arguments(
                        "\"seconds_per_step\": 0.5", "\"seconds_per_step\": \"0.5\"", "is \"0.5\", expected a number"),
                arguments("\"seconds_per_step\": 0.5,", "", "measurements[0].seconds_per_step is missing"),
                arguments(
                        "\"examples_per_second\": 1280",
                        "\"examples_per_second\": null",
                        "measurements[1].examples_per_second is null"),
                arguments(
                        "\"peak_memory_bytes\": 1000",
                        "\"peak_memory_bytes\": -1",
                        "measurements[0].peak_memory_bytes is -1"),
                arguments(
                        "\"work\": \"evaluate\"",
                        "\"work\": \"stage1\", \"work\": \"stage2\"",
                        "Duplicate field 'work'"),
                arguments("\"threads\": 1", "\"threads\": 1,,", "bench.json is not JSON"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void read_oneMistake_namesFileFieldAndWhatWasExpected(String from, String to, String message) {
        assertThat(BENCH).contains(from);
        assertRefused(BENCH.replace(from, to), message);
    }

    @Test
    void read_noBenchmarkAtAll_isRefused() {
        assertRefused("[]", "bench.json is an empty list");
        assertRefused("7", "bench.json: the file is no object");
        assertRefused("", "bench.json");
        assertRefused("[" + BENCH + ", 3]", "bench.json: [1] is no object");
        assertRefused(BENCH.replaceAll("(?s)\"measurements\": .*", "\"measurements\": []}"), "measurements is []");
        assertRefused(BENCH + BENCH, "bench.json is not JSON");
    }

    @Test
    void read_twoDevices_isRefused() {
        assertRefused(
                "[" + BENCH + "," + BENCH.replace("gpu:0", "cpu").replace("NVIDIA H100", "Xeon") + "]",
                "on cpu Xeon with 1 thread, bench.json on gpu:0 NVIDIA H100 with 1 thread");
    }

    @Test
    void read_theSameMeasuredTwice_isRefused() {
        assertRefused("[" + BENCH + "," + BENCH + "]", "[1].measurements[0] measures what another entry does");
    }

    @Test
    void read_noSuchFileOrAFolder_saysSo() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> RateFiles.read(List.of(folder.resolve("none.json"))));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> RateFiles.read(List.of(folder)))
                .withMessageContaining("is a folder");
    }

    private void assertRefused(String content, String message) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> read(content))
                .withMessageContaining("bench.json")
                .withMessageContaining(message)
                .satisfies(refused -> assertThat(refused.advice()).isNotBlank());
    }

    private List<MeasuredRate> read(String content) throws IOException {
        return RateFiles.read(List.of(write("bench.json", content)));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
