package org.crvqa.worker;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What the parent process in the images ({@code run-service.sh}) writes down when a service has ended: {@code
 * exit-<run>.json}, where the run is what it has given the service as {@value #RUN}.
 */
final class ExitNotes {
    /** The variable that names this process's run. */
    static final String RUN = "CRVQA_RUN_ID";

    private static final Logger LOG = Logger.getLogger(ExitNotes.class);

    private final Path folder;

    ExitNotes(Path folder) {
        this.folder = folder;
    }

    /**
     * How a run ended.
     *
     * @param status as a shell gives it: 128 + n for signal n
     * @param memoryKills processes of the control group that the kernel had killed for memory by then
     */
    record Note(int status, Optional<Long> memoryKills) {}

    /** Empty when its parent wrote none: there was none, or it died too. */
    Optional<Note> of(String run) {
        Path file = folder.resolve("exit-" + run + ".json");
        if (run.isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Struct.Builder note = Struct.newBuilder();
            JsonFormat.parser().merge(Files.readString(file), note);
            int status = (int) note.getFieldsOrThrow("status").getNumberValue();
            Optional<Long> kills = note.containsFields("memory_kills")
                    ? Optional.of((long) note.getFieldsOrThrow("memory_kills").getNumberValue())
                    : Optional.empty();
            return Optional.of(new Note(status, kills));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf("Could not read %s: %s", file, e);
            return Optional.empty();
        }
    }

    /** Removes the notes of all runs that have ended: what there was to learn of them is known. */
    void clear() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> notes = files.filter(
                            file -> file.getFileName().toString().matches("exit-[A-Za-z0-9-]+\\.json"))
                    .toList();
            for (Path note : notes) {
                Files.deleteIfExists(note);
            }
        } catch (IOException e) {
            LOG.warnf("Could not remove notes of ended runs from %s: %s", folder, e);
        }
    }
}
