package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLogsTest {
    private static final String KEY = "0123456789ab";
    private static final String OTHER = "0123fedcba98";

    @TempDir
    private Path folder;

    private Path trainer;
    private Path coordinator;

    @BeforeEach
    void write() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        trainer = logs.resolve("trainer-1.log");
        coordinator = logs.resolve("coordinator.log");
        Files.writeString(
                trainer,
                line("10:00:00,000", "Ready for work on cpu")
                        + line("10:00:01,000", "Task " + OTHER + " attempt 1 accepted (TRAIN)")
                        + line("10:00:02,000", "no key in here")
                        + line("10:00:03,000", "Task " + OTHER + " attempt 1 COMPLETED")
                        + line("10:00:04,000", "Task " + KEY + " attempt 1 accepted (TRAIN)")
                        + line("10:00:06,000", "said while it ran")
                        + "java.lang.IllegalStateException: why\n\tat somewhere\n"
                        + line("10:00:07,000", "Task " + KEY + " attempt 1 FAILED")
                        + line("10:00:08,000", "said when it was over"));
        Files.writeString(
                coordinator,
                line("10:00:05,000", "stage 1 bce, tiny, seed 0 (" + KEY + ") runs on trainer-1")
                        + line("10:00:05,500", "Something else"));
    }

    @Test
    void read_oneTask_whatWasSaidAboutAndDuringItInTheOrderOfTime() throws IOException {
        assertThat(read(KEY).stream().map(text -> text.replaceFirst("2026-11-27 ", "")))
                .containsExactly(
                        "trainer-1  10:00:04,000 INFO  [T] (t) Task " + KEY + " attempt 1 accepted (TRAIN)",
                        "coordinator  10:00:05,000 INFO  [T] (t) stage 1 bce, tiny, seed 0 (" + KEY
                                + ") runs on trainer-1",
                        "trainer-1  10:00:06,000 INFO  [T] (t) said while it ran",
                        "trainer-1  java.lang.IllegalStateException: why",
                        "trainer-1  \tat somewhere",
                        "trainer-1  10:00:07,000 INFO  [T] (t) Task " + KEY + " attempt 1 FAILED");
    }

    @Test
    void read_wholeKey_isFoundByItsFirstDigits() throws IOException {
        assertThat(read(KEY + "c0ffee")).hasSize(6);
    }

    @Test
    void read_prefixOfSeveralTasks_namesThem() throws IOException {
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder), "0123")) {
            logs.read(line -> {});
            assertThat(logs.keys()).containsExactlyInAnyOrder(KEY, OTHER);
        }
    }

    @Test
    void read_again_givesWhatCameSince() throws IOException {
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder), KEY)) {
            logs.read(line -> {});
            String half = line("10:00:09,000", "Task " + KEY + " attempt 2 accepted (TRAIN)");
            Files.writeString(trainer, half.substring(0, 30), StandardOpenOption.APPEND);
            List<String> more = new ArrayList<>();
            logs.read(more::add);
            assertThat(more).isEmpty();

            Files.writeString(trainer, half.substring(30), StandardOpenOption.APPEND);
            logs.read(more::add);
            assertThat(more).hasSize(1).first().asString().endsWith("attempt 2 accepted (TRAIN)");
        }
    }

    @Test
    void read_logEmptiedInPlace_givesWhatIsWrittenAfterwards() throws IOException {
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder), KEY)) {
            logs.read(line -> {});
            Files.writeString(trainer, line("10:00:09,000", "Task " + KEY + " attempt 2 accepted (TRAIN)"));

            assertThat(more(logs)).singleElement().asString().endsWith("attempt 2 accepted (TRAIN)");
            assertThat(more(logs)).isEmpty();
        }
    }

    /** As programs that rotate logs do it; while there is no new file, the old one may still be written. */
    @Test
    void read_logMovedAwayAndMadeAnew_givesTheRestOfTheOldOneAndTheNew() throws IOException {
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder), KEY)) {
            logs.read(line -> {});
            Path moved = Files.move(trainer, trainer.resolveSibling("trainer-1.log.1"));
            assertThat(more(logs)).isEmpty();

            Files.writeString(
                    moved,
                    line("10:00:09,000", "Task " + KEY + " attempt 2 accepted (TRAIN)"),
                    StandardOpenOption.APPEND);
            Files.writeString(
                    trainer,
                    line("10:00:10,000", "said while it ran") + line("10:00:11,000", "said in the new file, also"));
            assertThat(more(logs))
                    .extracting(line -> line.replaceFirst(".*\\(t\\) ", ""))
                    .containsExactly(
                            "Task " + KEY + " attempt 2 accepted (TRAIN)",
                            "said while it ran",
                            "said in the new file, also");

            Files.writeString(
                    trainer, line("10:00:12,000", "Task " + KEY + " attempt 2 COMPLETED"), StandardOpenOption.APPEND);
            assertThat(more(logs)).singleElement().asString().endsWith("COMPLETED");
        }
    }

    private static List<String> more(TaskLogs logs) throws IOException {
        List<String> lines = new ArrayList<>();
        logs.read(lines::add);
        return lines;
    }

    @Test
    void open_noLogs_isEmpty() throws IOException {
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder.resolve("none")), KEY)) {
            assertThat(logs.isEmpty()).isTrue();
        }
    }

    private List<String> read(String prefix) throws IOException {
        List<String> lines = new ArrayList<>();
        try (TaskLogs logs = TaskLogs.open(new ClusterFolder(folder), prefix)) {
            logs.read(lines::add);
        }
        return lines;
    }

    private static String line(String time, String text) {
        return "2026-11-27 " + time + " INFO  [T] (t) " + text + "\n";
    }
}
