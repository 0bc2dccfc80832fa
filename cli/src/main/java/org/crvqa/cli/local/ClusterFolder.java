package org.crvqa.cli.local;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The folder of a local cluster: {@code cluster.json} says where it is while its supervisor holds {@code cluster.lock}.
 * The lock, not the file, says that it runs: the system frees it however the supervisor ends.
 */
public final class ClusterFolder {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private static final long LOCK_POLL_MILLIS = 20;
    private static final int LOCK_TRIES = 50;

    private final Path folder;

    public ClusterFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** {@code ~/.crvqa/local}, or CRVQA_LOCAL. */
    public static ClusterFolder usual(Map<String, String> environment, String userHome) {
        String set = environment.getOrDefault("CRVQA_LOCAL", "");
        return new ClusterFolder(set.isEmpty() ? Path.of(userHome, ".crvqa", "local") : Path.of(set));
    }

    /** The folder. */
    public Path path() {
        return folder;
    }

    /** The output of the supervisor. */
    public Path supervisorLog() {
        return folder.resolve("supervisor.log");
    }

    /** The outputs of the services. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /**
     * Takes the lock that says that a cluster runs here. Empty when another process has it for longer than those who only
     * look whether somebody has. Close to release.
     */
    public Optional<FileLock> lock() throws InterruptedException {
        Optional<FileLock> lock = tryLock(lockFile(), false);
        for (int again = 0; lock.isEmpty() && again < LOCK_TRIES; again++) {
            TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MILLIS);
            lock = tryLock(lockFile(), false);
        }
        return lock;
    }

    /**
     * Takes the lock of those who start a cluster here, so that one of them does and the others find it. Empty when another
     * process has it. Close its channel to release it.
     */
    public Optional<FileLock> startLock() {
        return tryLock(folder.resolve("start.lock"), false);
    }

    private Optional<FileLock> tryLock(Path file, boolean shared) {
        FileChannel channel = null;
        FileLock lock = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return Optional.ofNullable(lock);
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + file, e);
        } finally {
            if (lock == null && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    /** Whether a supervisor, which is another process, runs. */
    public boolean inUse() {
        if (!Files.exists(lockFile())) {
            return false;
        }
        // Shared, so that those who look do not see each other.
        Optional<FileLock> lock = tryLock(lockFile(), true);
        lock.ifPresent(l -> closeQuietly(l.acquiredBy()));
        return lock.isEmpty();
    }

    /** The running cluster; empty when none runs or it is still starting. */
    public Optional<ClusterState> running() {
        return inUse() ? read() : Optional.empty();
    }

    /** Writes the state, at once or not at all. */
    public void write(ClusterState state) {
        try {
            Files.createDirectories(folder);
            Path temporary = folder.resolve("cluster.json.tmp");
            Files.writeString(temporary, GSON.toJson(state));
            Files.move(temporary, stateFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + stateFile(), e);
        }
    }

    /** Removes the state file. */
    public void clear() {
        try {
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + stateFile(), e);
        }
    }

    private Optional<ClusterState> read() {
        try {
            return Optional.ofNullable(GSON.fromJson(Files.readString(stateFile()), ClusterState.class));
        } catch (NoSuchFileException | JsonSyntaxException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + stateFile(), e);
        }
    }

    private Path lockFile() {
        return folder.resolve("cluster.lock");
    }

    private Path stateFile() {
        return folder.resolve("cluster.json");
    }

    private static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
