package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.artifacts.ArtifactDraft;

/** The files of the best model so far, which lie in the draft of the result before training ends. */
final class ResultFiles {
    private static final List<String> NAMES = List.of(Inputs.WEIGHTS, Inputs.MASK, Inputs.HEAD);
    private static final String PREFIX = "result-";

    private final ArtifactDraft draft;

    ResultFiles(ArtifactDraft draft) {
        this.draft = draft;
    }

    /**
     * Opens those that are there. A better model's files replace them by renaming, so what was opened stays as it was,
     * and nothing is copied while training waits.
     */
    Held hold() {
        Map<String, FileChannel> channels = new LinkedHashMap<>();
        Held held = new Held(channels);
        try {
            for (String name : NAMES) {
                Path file = draft.file(name);
                if (Files.exists(file)) {
                    channels.put(PREFIX + name, FileChannel.open(file, StandardOpenOption.READ));
                }
            }
            return held;
        } catch (IOException e) {
            held.close();
            throw new UncheckedIOException("Cannot open a file of the result: " + e.getMessage(), e);
        }
    }

    /** Writes what was measured, which is known when training ends. */
    void history(TrainingHistory history) {
        try {
            Files.write(draft.file(History.FILE), history.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + History.FILE + ": " + e.getMessage(), e);
        }
    }

    /** Copies those of a state back into the draft. */
    void restore(Map<String, Path> stateFiles) {
        for (String name : NAMES) {
            Path saved = stateFiles.get(PREFIX + name);
            if (saved == null) {
                continue;
            }
            try {
                Files.copy(saved, draft.file(name), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot restore " + name + ": " + e.getMessage(), e);
            }
        }
    }

    /** Files as they were at one time, by their names in a state. */
    record Held(Map<String, FileChannel> channels) implements AutoCloseable {
        static final Held NOTHING = new Held(Map.of());

        /** Copies the files into a folder. */
        void write(Path folder) throws IOException {
            for (Map.Entry<String, FileChannel> entry : channels.entrySet()) {
                FileChannel source = entry.getValue();
                try (FileChannel target = FileChannel.open(
                        folder.resolve(entry.getKey()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    long size = source.size();
                    for (long done = 0; done < size; ) {
                        done += source.transferTo(done, size - done, target);
                    }
                }
            }
        }

        @Override
        public void close() {
            for (FileChannel channel : channels.values()) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot close a file of the result: " + e.getMessage(), e);
                }
            }
        }
    }
}
