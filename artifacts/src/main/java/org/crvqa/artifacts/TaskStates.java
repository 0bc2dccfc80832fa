package org.crvqa.artifacts;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.TaskState;
import org.crvqa.artifacts.Checkpoints.SavedState;
import org.crvqa.artifacts.store.ObjectName;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * Resumable states of tasks: {@code tasks/<key>/state/<step>-<attempt>/<sha256>/<name>}, then {@code state.json} beside them
 * by create-if-absent. A state exists if and only if its {@code state.json} does. Any state of a key is valid for every
 * later attempt, since all attempts compute the same thing. Thread-safe; throws
 * {@link org.crvqa.artifacts.store.StoreException}.
 */
public final class TaskStates {
    /** Those of real states have a few kilobytes: an entry for each of some files. */
    private static final long MOST_RECORD_BYTES = 64 << 10;

    private static final String RECORD = "state.json";

    /** Each costs a download; workers keep two. */
    private static final int MOST_TRIED = 20;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public TaskStates(ObjectStore store) {
        this.store = store;
    }

    /** Below it lies everything of a task's states. */
    public static String prefix(ArtifactKey key) {
        return "tasks/" + key + "/state/";
    }

    /**
     * A state that was found.
     *
     * @param attempt that saved it
     */
    public record Found(SavedState state, int attempt) {}

    /**
     * Brings states whose bytes are what their records say into an empty folder, newest first, until one is taken. The store
     * is listed anew after each that is not: meanwhile another worker may have saved newer ones and removed those that were
     * newest. One that is removed while it is read is no damage.
     *
     * @param taker begins with a state; says why where it is of no use
     * @param rejected is told of every newer state that was passed over, and why
     */
    public Optional<Found> newest(
            ArtifactKey key, Path folder, Function<Found, Optional<String>> taker, Consumer<String> rejected) {
        Set<String> tried = new HashSet<>();
        while (tried.size() < MOST_TRIED) {
            Optional<String> next =
                    records(key).stream().filter(name -> !tried.contains(name)).findFirst();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            String record = next.get();
            tried.add(record);
            try (LocalFolder arrived = new LocalFolder(folder.resolve(directory(key, record)))) {
                Optional<Found> found = open(key, record, arrived.path());
                if (found.isPresent()) {
                    Optional<String> useless = taker.apply(found.get());
                    if (useless.isEmpty()) {
                        return found;
                    }
                    rejected.accept("The state " + record + " is of no use: " + useless.get());
                }
            } catch (ArtifactCorruptException e) {
                if (store.exists(record)) {
                    rejected.accept(e.getMessage());
                }
            }
        }
        rejected.accept("None of the " + MOST_TRIED + " newest states of task " + key + " in " + store.location()
                + " is of use; older ones are not tried");
        return Optional.empty();
    }

    /**
     * Uploads the files of a folder as a state and commits it. False when this attempt had committed a state at this step
     * before; nothing is changed then.
     */
    public boolean commit(ArtifactKey key, long stepsDone, int attempt, String workerId, Instant now, Path folder) {
        String place = prefix(key) + "%012d-%d/".formatted(stepsDone, attempt);
        TaskState.Builder state = TaskState.newBuilder()
                .setKey(key.hex())
                .setStep(stepsDone)
                .setAttempt(attempt)
                .setWorkerId(workerId)
                .setSaved(Timestamps.fromMillis(now.toEpochMilli()));
        for (FileEntry entry : FileEntries.of(folder)) {
            store.upload(place + file(entry), folder.resolve(entry.getName()));
            state.addFiles(entry);
        }
        byte[] record = CanonicalJson.of(state.build()).getBytes(StandardCharsets.UTF_8);
        return store.createIfAbsent(place + RECORD, record);
    }

    /** Removes all but the newest committed states, the records first; files without a record are not touched. */
    public void keepNewest(ArtifactKey key, int count) {
        List<String> all = records(key);
        Set<String> old = new HashSet<>();
        for (String record : all.subList(Math.min(count, all.size()), all.size())) {
            store.delete(record);
            old.add(record.substring(0, record.length() - RECORD.length()));
        }
        if (!old.isEmpty()) {
            store.list(prefix(key)).stream()
                    .filter(name -> old.contains(prefix(key) + directory(key, name) + "/"))
                    .forEach(store::delete);
        }
    }

    /** Removes everything of a task's states; for tasks whose artifact exists. */
    public void deleteAll(ArtifactKey key) {
        List<String> names = store.list(prefix(key));
        names.stream().filter(name -> name.endsWith("/" + RECORD)).forEach(store::delete);
        names.stream().filter(name -> !name.endsWith("/" + RECORD)).forEach(store::delete);
    }

    /** Names of the records, newest first: by step, then by attempt. */
    private List<String> records(ArtifactKey key) {
        return store.list(prefix(key)).stream()
                .filter(name ->
                        name.endsWith("/" + RECORD) && Position.of(key, name).isPresent())
                .sorted(Comparator.comparing(
                                (String name) -> Position.of(key, name).orElseThrow())
                        .reversed())
                .toList();
    }

    private Optional<Found> open(ArtifactKey key, String record, Path folder) {
        Optional<byte[]> stored = store.read(record, MOST_RECORD_BYTES);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        TaskState state = decode(key, record, stored.get());
        String place = record.substring(0, record.length() - RECORD.length());
        Map<String, Path> files = new HashMap<>();
        try {
            for (FileEntry entry : state.getFilesList()) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                if (!store.download(place + file(entry), target)) {
                    throw corrupt(record, "lacks its file " + entry.getName());
                }
                String found = Sha256.hex(target);
                if (!found.equals(entry.getSha256())) {
                    throw corrupt(
                            record,
                            "has a file " + entry.getName() + " with SHA-256 " + found + ", expected "
                                    + entry.getSha256());
                }
                files.put(entry.getName(), target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write a state below " + folder + ": " + e, e);
        }
        return Optional.of(new Found(new SavedState(state.getStep(), files), state.getAttempt()));
    }

    private TaskState decode(ArtifactKey key, String record, byte[] stored) {
        TaskState.Builder builder = TaskState.newBuilder();
        try {
            JsonFormat.parser().ignoringUnknownFields().merge(new String(stored, StandardCharsets.UTF_8), builder);
        } catch (InvalidProtocolBufferException e) {
            throw corrupt(record, "does not parse: " + e.getMessage());
        }
        Position position = Position.of(key, record).orElseThrow();
        boolean belongs = builder.getKey().equals(key.hex())
                && builder.getStep() == position.step()
                && builder.getAttempt() == position.attempt();
        if (!belongs) {
            throw corrupt(
                    record,
                    "is of task " + builder.getKey() + ", step " + builder.getStep() + ", attempt "
                            + builder.getAttempt());
        }
        try {
            builder.getFilesList().forEach(TaskStates::file);
        } catch (IllegalArgumentException e) {
            throw corrupt(record, "names an illegal file: " + e.getMessage());
        }
        return builder.build();
    }

    private ArtifactCorruptException corrupt(String record, String what) {
        return new ArtifactCorruptException("The state " + record + " in " + store.location() + " " + what);
    }

    private static String file(FileEntry entry) {
        return ObjectName.check(entry.getSha256() + "/" + entry.getName());
    }

    private static String directory(ArtifactKey key, String name) {
        String rest = name.substring(prefix(key).length());
        return rest.substring(0, rest.indexOf('/'));
    }

    /** Where a state stands among the states of its task. */
    private record Position(long step, int attempt) implements Comparable<Position> {
        static Optional<Position> of(ArtifactKey key, String record) {
            String name = directory(key, record);
            if (!name.matches("\\d{12}-[1-9]\\d{0,8}")) {
                return Optional.empty();
            }
            return Optional.of(
                    new Position(Long.parseLong(name.substring(0, 12)), Integer.parseInt(name.substring(13))));
        }

        @Override
        public int compareTo(Position other) {
            int bySteps = Long.compare(step, other.step);
            return bySteps != 0 ? bySteps : Integer.compare(attempt, other.attempt);
        }
    }
}
