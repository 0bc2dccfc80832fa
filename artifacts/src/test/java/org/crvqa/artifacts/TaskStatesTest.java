package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskStatesTest {
    private static final ArtifactKey KEY = new ArtifactKey("ab".repeat(32));

    @TempDir
    private Path folder;

    private Runnable beforeNextDownload = () -> {};
    private final InMemoryObjectStore store = new InMemoryObjectStore() {
        @Override
        public boolean download(String name, Path target) {
            Runnable once = beforeNextDownload;
            beforeNextDownload = () -> {};
            once.run();
            return super.download(name, target);
        }
    };
    private final TaskStates states = new TaskStates(store);
    private final List<String> rejected = new ArrayList<>();
    private int opened;
    private String weights = "";

    @Test
    void newest_severalStates_isTheOneOfMostSteps() throws Exception {
        commit(20, 1, "b");
        commit(100, 2, "c");
        commit(10, 3, "a");

        TaskStates.Found found = newest().orElseThrow();

        assertThat(found.state().stepsDone()).isEqualTo(100);
        assertThat(found.attempt()).isEqualTo(2);
        assertThat(weights).isEqualTo("c");
        assertThat(rejected).isEmpty();
    }

    @Test
    void newest_bytesOfTheNewestChanged_isTheOneBeforeAndSaysSo() throws Exception {
        commit(10, 1, "old");
        commit(20, 1, "new");
        change("000000000020-1", "w.bin", "NEW");

        TaskStates.Found found = newest().orElseThrow();

        assertThat(found.state().stepsDone()).isEqualTo(10);
        assertThat(rejected).singleElement().asString().contains("000000000020-1", "w.bin", "SHA-256");
    }

    @Test
    void newest_recordCutOrOfAnotherTask_isPassedOver() throws Exception {
        commit(10, 1, "old");
        commit(20, 1, "new");
        commit(30, 1, "newer");
        String record = TaskStates.prefix(KEY) + "000000000020-1/state.json";
        store.put(
                TaskStates.prefix(KEY) + "000000000030-1/state.json",
                store.read(record).orElseThrow());
        store.put(record, "{\"key\":".getBytes(StandardCharsets.UTF_8));

        assertThat(newest().orElseThrow().state().stepsDone()).isEqualTo(10);
        assertThat(rejected).hasSize(2);
    }

    @Test
    void newest_recordLargerThanAnyReal_isPassedOverUnread() throws Exception {
        commit(10, 1, "older");
        store.put(TaskStates.prefix(KEY) + "000000000020-1/state.json", new byte[100_000]);

        assertThat(newest().orElseThrow().state().stepsDone()).isEqualTo(10);
        assertThat(rejected).singleElement().asString().contains("000000000020-1", "100000 bytes");
    }

    @Test
    void newest_filesWithoutRecord_areNoState() throws Exception {
        commit(10, 1, "x");
        store.delete(TaskStates.prefix(KEY) + "000000000010-1/state.json");

        assertThat(newest()).isEmpty();
    }

    @Test
    void newest_forgedOneThatNobodyCanUse_isTheOneBefore() throws Exception {
        commit(10, 1, "old");
        commit(20, 1, "new");
        commit(999_999_999_999L, 7, "forged");

        TaskStates.Found found = newest(state ->
                        state.state().stepsDone() > 100 ? Optional.of("expected at most 100 steps") : Optional.empty())
                .orElseThrow();

        assertThat(found.state().stepsDone()).isEqualTo(20);
        assertThat(weights).isEqualTo("new");
        assertThat(rejected).singleElement().asString().contains("999999999999-7", "expected at most 100 steps");
        assertThat(folder.resolve("opened-0")).isEmptyDirectory();
    }

    @Test
    void newest_anotherWorkerSavesNewerOnesAndRemovesTheOldMeanwhile_isTheNewestWithoutAnAlarm() throws Exception {
        commit(10, 1, "first");
        commit(20, 1, "second");
        beforeNextDownload = () -> {
            commitUnchecked(30, 1, "third");
            commitUnchecked(40, 1, "fourth");
            states.keepNewest(KEY, 2);
        };

        TaskStates.Found found = newest().orElseThrow();

        assertThat(found.state().stepsDone()).isEqualTo(40);
        assertThat(rejected).isEmpty();
    }

    @Test
    void newest_nothingButUselessOnes_endsAfterSome() throws Exception {
        for (int step = 1; step <= 25; step++) {
            commit(step, 1, "at " + step);
        }

        assertThat(newest(state -> Optional.of("no"))).isEmpty();
        assertThat(rejected).hasSize(21).last().asString().contains("20 newest states");
    }

    @Test
    void commit_sameStepAndAttemptAgain_keepsTheFirst() throws Exception {
        assertThat(commit(10, 1, "first")).isTrue();
        assertThat(commit(10, 1, "second")).isFalse();

        assertThat(newest()).isPresent();
        assertThat(weights).isEqualTo("first");
    }

    @Test
    void keepNewest_two_removesWhatIsOlder() throws Exception {
        for (int step = 10; step <= 40; step += 10) {
            commit(step, 1, "at " + step);
        }

        states.keepNewest(KEY, 2);

        assertThat(store.list(TaskStates.prefix(KEY)))
                .hasSize(4)
                .allMatch(name -> name.contains("000000000030-1") || name.contains("000000000040-1"));
        assertThat(newest().orElseThrow().state().stepsDone()).isEqualTo(40);
    }

    @Test
    void deleteAll_states_leavesNothing() throws Exception {
        commit(10, 1, "x");
        states.deleteAll(KEY);
        assertThat(store.list("")).isEmpty();
    }

    private boolean commit(long step, int attempt, String content) throws Exception {
        Path files = Files.createTempDirectory(folder, "files");
        Files.createDirectories(files.resolve("weights"));
        Files.writeString(files.resolve("weights/w.bin"), content);
        return states.commit(KEY, step, attempt, "worker", Instant.EPOCH, files);
    }

    private void commitUnchecked(long step, int attempt, String content) {
        try {
            commit(step, attempt, content);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Optional<TaskStates.Found> newest() {
        return newest(found -> Optional.empty());
    }

    /** Keeps a copy of the weights of the state that was taken: its files go when the taker has answered. */
    private Optional<TaskStates.Found> newest(Function<TaskStates.Found, Optional<String>> taker) {
        return states.newest(
                KEY,
                folder.resolve("opened-" + opened++),
                found -> {
                    weights = read(found.state().files().get("weights/w.bin"));
                    return taker.apply(found);
                },
                rejected::add);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void change(String state, String file, String content) {
        String name = store.list(TaskStates.prefix(KEY) + state).stream()
                .filter(object -> object.endsWith(file))
                .findFirst()
                .orElseThrow();
        store.put(name, content.getBytes(StandardCharsets.UTF_8));
    }
}
