package org.crvqa.cli.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.artifacts.ArtifactKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final Set<String> METRICS = Set.of("loss", "learning_rate", "accuracy/val/all");

    @TempDir
    Path folder;

    private static TrainingRun run(int seed, double shift) {
        MetricSeries.Builder loss = MetricSeries.newBuilder().setName("loss");
        MetricSeries.Builder rate = MetricSeries.newBuilder().setName("learning_rate");
        for (int step = 1; step <= 40; step++) {
            loss.addStep(step).addValue(10.0 / step + shift);
            rate.addStep(step).addValue(1e-5 * step);
        }
        return new TrainingRun(
                new ArtifactKey(String.valueOf(seed).repeat(64)),
                "stage 1 \"lmh\", tiny, seed " + seed,
                "stage 1 \"lmh\", tiny",
                Manifest.newBuilder()
                        .setProducer(Producer.newBuilder()
                                .setStarted(Timestamp.newBuilder().setSeconds(1_000))
                                .setFinished(Timestamp.newBuilder().setSeconds(1_080)))
                        .build(),
                TrainingHistory.newBuilder()
                        .setTotalSteps(40)
                        .setStepsPerEpoch(16)
                        .addSeries(MetricSeries.newBuilder()
                                .setName("accuracy/val/all")
                                .addStep(20)
                                .addStep(40)
                                .addValue(0.25)
                                .addValue(0.5))
                        .addSeries(rate)
                        .addSeries(loss)
                        .build());
    }

    @Test
    void lines_ofARun_showTheFirstTheLastAndSomeBetween() {
        List<String> lines = HistoryTable.lines(List.of(run(1, 0)), METRICS, false, 100);
        assertThat(lines.get(0)).isEqualTo("stage 1 \"lmh\", tiny, seed 1 (111111111111): 40 steps, 16 an epoch");
        assertThat(lines).hasSize(2 + 12);
        assertThat(lines.get(1).trim().split(" +"))
                .containsExactly("Step", "Epoch", "loss", "accuracy/val/all", "learning_rate");
        assertThat(lines.get(2).trim().split(" +")).containsExactly("1", "0.06", "10.000", "1.000e-05");
        assertThat(lines.get(13).trim().split(" +")).containsExactly("40", "2.50", "0.2500", "0.5000", "4.000e-04");
    }

    @Test
    void csv_ofRuns_hasEveryPointWithAllDigits() {
        List<String> lines = HistoryTable.csv(List.of(run(1, 0), run(2, 1)), Set.of("loss", "accuracy/val/all"));
        assertThat(lines).hasSize(1 + 2 * 42).startsWith("key,label,metric,step,epoch,value");
        assertThat(lines.get(41))
                .isEqualTo("1".repeat(64) + ",\"stage 1 \"\"lmh\"\", tiny, seed 1\",\"accuracy/val/all\",20,1.25,0.25");
        assertThat(lines.get(3)).endsWith(",3,0.1875," + 10.0 / 3);
    }

    @Test
    void picture_ofSeveralSeeds_hasOneLineWithABand() {
        String svg = HistoryPicture.of("t", List.of(run(1, 0), run(2, 1)), Set.of("loss"))
                .svg();
        assertThat(svg)
                .contains("stage 1 &quot;lmh&quot;, tiny")
                .doesNotContain("seed 1")
                .contains("<polygon");
        assertThat(HistoryPicture.of("t", List.of(run(1, 0)), Set.of("loss")).svg())
                .doesNotContain("<polygon");
    }

    @Test
    void tensorBoard_files_areRecordsWithTheChecksumsOfTheirFormat() throws IOException {
        TensorBoardFiles.write(folder, List.of(run(1, 0)), METRICS);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);
        int records = 0;
        while (bytes.hasRemaining()) {
            int at = bytes.position();
            int length = Math.toIntExact(bytes.getLong());
            assertThat(bytes.getInt()).isEqualTo(masked(bytes.slice(at, Long.BYTES)));
            int data = bytes.position();
            bytes.position(data + length);
            assertThat(bytes.getInt()).isEqualTo(masked(bytes.slice(data, length)));
            records++;
        }
        assertThat(records).isEqualTo(1 + 40);
    }

    /** The sum of rotated bits and a constant, as TensorFlow's crc32c.h says. */
    private static int masked(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Test
    void tensorBoard_itself_readsThem() throws IOException, InterruptedException {
        assumeTrue(
                python("import tensorboard").isPresent(),
                "Skipped: python3 with tensorboard is needed to read event files");
        TensorBoardFiles.write(folder, List.of(run(1, 0)), METRICS);
        List<String> found = python("""
                        import sys
                        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                        events = EventAccumulator(sys.argv[1])
                        events.Reload()
                        for tag in sorted(events.Tags()["scalars"]):
                            all = events.Scalars(tag)
                            last = all[-1]
                            print(tag, len(all), last.step, round(last.value, 6), last.wall_time)
                        """, file().getParent().toString()).orElseThrow();
        assertThat(found)
                .containsExactly(
                        "accuracy/val/all 2 40 0.5 1080.0",
                        "learning_rate 40 40 0.0004 1080.0",
                        "loss 40 40 0.25 1080.0");
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    /** What a program printed; empty where it cannot be run. */
    private Optional<List<String>> python(String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", program));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("python", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("python3 took longer than 5 minutes");
            }
            return process.exitValue() == 0 ? Optional.of(Files.readAllLines(out)) : Optional.empty();
        } finally {
            Files.delete(out);
        }
    }
}
