package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.demo.DemoInputs;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.sample.SampleOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DoctorCommandTest {
    private static final String NOBODY = "localhost:1";

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    @Test
    void doctor_fileStoreWithoutCoordinator_isWellButForAWarning() {
        assertThat(run("--size-mib", "1", "--output", "json")).isEqualTo(ExitCode.OK);

        List<JsonElement> checks = JsonParser.parseString(captured.out())
                .getAsJsonObject()
                .getAsJsonArray("checks")
                .asList();
        assertThat(checks)
                .filteredOn(check -> text(check, "area").equals("store"))
                .hasSize(8)
                // How fast the disk is at the moment is not for a test to say.
                .allMatch(check -> text(check, "status").equals("ok")
                        || text(check, "name").equals("throughput"));
        assertThat(checks)
                .filteredOn(c -> text(c, "area").equals("coordinator"))
                .singleElement()
                .satisfies(c -> {
                    assertThat(text(c, "status")).isEqualTo("warning");
                    assertThat(text(c, "found")).contains(NOBODY, "were not looked at");
                    assertThat(text(c, "advice")).contains("crvqa local up");
                });
    }

    @Test
    void doctor_dataset_isVerifiedUntilAByteFlips() throws Exception {
        try (OpenStore store = OpenStore.open(StoreSettings.of(store().toUri()), folder.resolve("cache"))) {
            new DemoInputs(store, captured.console(), InstantSource.system())
                    .prepare(folder.resolve("sample"), SampleOptions.of(1, 2000, 200, 200));
        }
        assertThat(run("--size-mib", "0", "--dataset", "sample")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("have their digests")
                .contains("questions: train 2,")
                .contains("question types,")
                .contains("word pieces");

        flipAByteOf("features.safetensors");
        assertThat(run("--size-mib", "0", "--dataset", "sample")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("has SHA-256").contains("Import it again");
    }

    @Test
    void doctor_unknownDataset_namesThoseThatThereAre() {
        try (OpenStore store = OpenStore.open(StoreSettings.of(store().toUri()), folder.resolve("cache"))) {
            store.names().assign(Names.Kind.DATASET, "mine", new ArtifactKey("a".repeat(64)), false);
        }
        assertThat(run("--size-mib", "0", "--dataset", "other")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("there is no dataset 'other'", "There are: mine.");
    }

    @Test
    void doctor_storeThatCannotBeReached_failsAndLooksOn() {
        assertThat(run("--store", "s3://bucket/x", "--size-mib", "1")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("failed store, reachable: ", "disk").doesNotContain("\tat ");
    }

    @Test
    void doctor_folderThatIsNotThere_failsAndIsNotMade() {
        Path none = folder.resolve("none");
        assertThat(run("--store", none.toString(), "--size-mib", "0")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("there is no such folder", "disk");
        assertThat(none).doesNotExist();
    }

    @Test
    void doctor_device_isShownWithWhatItIsAndThatItComputes() {
        assertThat(run("--size-mib", "0", "--device", "cpu")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("processor", "a worker here computes on cpu", "CPU build, DJL")
                .contains("products of whole numbers on cpu are exact");
    }

    @Test
    void doctor_deviceThatIsNone_fails() {
        assertThat(run("--size-mib", "0", "--device", "gpu:1")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("CUDA_VISIBLE_DEVICES=1");
    }

    @Test
    void doctor_negativeSize_isBadInput() {
        assertThat(run("--size-mib", "-1")).isEqualTo(ExitCode.BAD_INPUT);
    }

    private void flipAByteOf(String name) throws Exception {
        try (Stream<Path> files = Files.walk(store())) {
            Path file = files.filter(f -> f.endsWith(name)).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
    }

    private static String text(JsonElement check, String field) {
        return check.getAsJsonObject().get(field).getAsString();
    }

    private Path store() {
        return folder.resolve("store");
    }

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectories(store());
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of(
                        "CRVQA_STORE",
                        store().toUri().toString(),
                        "CRVQA_S3_ENDPOINT",
                        "http://localhost:1",
                        "CRVQA_S3_REGION",
                        "us-east-1",
                        "CRVQA_COORDINATOR",
                        NOBODY),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(
                context,
                Stream.concat(Stream.of("doctor"), Arrays.stream(arguments)).toArray(String[]::new));
    }
}
