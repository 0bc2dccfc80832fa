package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.crvqa.artifacts.Checkpoints;

/**
 * Keeps states in folders of a folder. A state is written one step after it was captured, when training has changed
 * everything, so a capture that is no copy is found out; one that was captured by the step before a death is lost.
 */
final class FolderCheckpoints implements Checkpoints {
    /** Steps from which attempts went on; 0 for the first step. */
    final List<Long> begun = new ArrayList<>();

    private final Path folder;
    private final LongPredicate due;
    private final TreeMap<Long, StateFiles> captured = new TreeMap<>();

    /** {@code due}: after which steps states are saved. */
    FolderCheckpoints(Path folder, LongPredicate due) {
        this.folder = folder;
        this.due = due;
    }

    @Override
    public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
        captured.clear();
        Optional<SavedState> newest =
                newest().filter(state -> taker.apply(state).isEmpty());
        begun.add(newest.map(SavedState::stepsDone).orElse(0L));
        return newest;
    }

    /** The newest state that was written. */
    Optional<SavedState> newest() {
        return list(folder).stream()
                .map(state -> Long.parseLong(state.getFileName().toString()))
                .max(Long::compare)
                .map(step -> {
                    Map<String, Path> files = new TreeMap<>();
                    list(folder.resolve(step.toString()))
                            .forEach(file -> files.put(file.getFileName().toString(), file));
                    return new SavedState(step, files);
                });
    }

    @Override
    public boolean isDue(long stepsDone) {
        captured.forEach((step, files) -> {
            try {
                files.write(Files.createDirectories(folder.resolve(step.toString())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        captured.clear();
        return due.test(stepsDone);
    }

    @Override
    public void save(long stepsDone, Supplier<StateFiles> capture) {
        captured.put(stepsDone, capture.get());
    }

    private static List<Path> list(Path parent) {
        if (!Files.exists(parent)) {
            return List.of();
        }
        try (var files = Files.list(parent)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
