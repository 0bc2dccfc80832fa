package org.crvqa.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What all services of a local cluster log about one task, in the order of time. Owned by one thread. */
public final class TaskLogs implements AutoCloseable {
    /** Keys are written with so many digits at least. */
    private static final int LOGGED_DIGITS = 12;

    private final String prefix;
    private final List<TaskLog> logs = new ArrayList<>();
    private final Set<String> keys = new TreeSet<>();

    private TaskLogs(String prefix) {
        this.prefix = prefix;
    }

    private record Head(TaskLog log, TaskLog.Line line) {}

    /**
     * Opens the logs.
     *
     * @param folder of the cluster
     * @param prefix first digits of the task's key, in lower case
     */
    public static TaskLogs open(ClusterFolder folder, String prefix) throws IOException {
        TaskLogs logs = new TaskLogs(prefix);
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder.logs())) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.logs(), "*.log")) {
                found.forEach(files::add);
            }
        }
        files.sort(Comparator.naturalOrder());
        try {
            for (Path file : files) {
                String service = file.getFileName().toString().replaceFirst("\\.log$", "");
                logs.logs.add(new TaskLog(service, file, logs::isWanted));
            }
        } catch (IOException e) {
            logs.close();
            throw e;
        }
        return logs;
    }

    private boolean isWanted(String key) {
        boolean wanted = key.startsWith(prefix) || prefix.startsWith(key);
        if (wanted) {
            keys.add(key.substring(0, LOGGED_DIGITS));
        }
        return wanted;
    }

    /** Gives every line that is there and was not given yet: "trainer-1  2026-11-27 12:00:00,123 INFO ...". */
    public void read(Consumer<String> lines) throws IOException {
        PriorityQueue<Head> heads = new PriorityQueue<>(
                Comparator.comparing((Head head) -> head.line().time())
                        .thenComparing(head -> head.line().service()));
        for (TaskLog log : logs) {
            log.next().ifPresent(line -> heads.add(new Head(log, line)));
        }
        while (!heads.isEmpty()) {
            Head head = heads.remove();
            lines.accept(head.line().service() + "  " + head.line().text());
            // What belongs to a line follows it at once, whatever others logged at the same time.
            Optional<TaskLog.Line> next = head.log().next();
            while (next.isPresent() && next.get().continues()) {
                lines.accept(next.get().service() + "  " + next.get().text());
                next = head.log().next();
            }
            next.ifPresent(line -> heads.add(new Head(head.log(), line)));
        }
    }

    /** The first 12 digits of the keys that fit what was asked for, of those that the logs read so far name. */
    public Set<String> keys() {
        return Set.copyOf(keys);
    }

    /** Whether there is a log at all. */
    public boolean isEmpty() {
        return logs.isEmpty();
    }

    @Override
    public void close() {
        for (TaskLog log : logs) {
            try {
                log.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot close a log", e);
            }
        }
    }
}
