package org.crvqa.cli.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines about tasks in the log of one service, as they are written: those that name the task, what a worker says from
 * the moment at which it took the task until it has ended (it does one at a time), and what belongs to such lines, such as
 * a stack trace. Owned by one thread.
 */
final class TaskLog implements AutoCloseable {
    /** "2026-11-27 12:00:00,123 INFO ..." */
    private static final Pattern BEGINS = Pattern.compile("^(\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d{3}) .*");

    private static final Pattern TASK = Pattern.compile("Task ([0-9a-f]{12}) attempt \\d+ (accepted|[A-Z_]{4,})?");
    private static final Pattern NEW_PROCESS = Pattern.compile(".*\\) (Ready for work on|Worker) .*");
    private static final Pattern KEY = Pattern.compile("(?<![0-9a-f])[0-9a-f]{12,64}(?![0-9a-f])");
    private static final int READ_BYTES = 64 << 10;

    /** Of a longer line the rest is left out. */
    private static final int MOST_LINE = 64 << 10;

    /**
     * A line.
     *
     * @param service whose log it is in
     * @param time as it is written; lines that go on have that of their first one
     * @param text the whole line
     * @param continues whether it belongs to the one before
     */
    record Line(String service, String time, String text, boolean continues) {}

    private final String service;
    private final Path path;
    private RandomAccessFile file;
    /** What tells this file from another one of the same name. */
    private @Nullable Object identity;
    /** That the file was moved away, and may have got lines before that. */
    private boolean moved;

    private final Predicate<String> wanted;
    private final byte[] buffer = new byte[READ_BYTES];
    private final Deque<Line> found = new ArrayDeque<>();
    private byte[] open = new byte[0];
    private String time = "";
    private boolean shown;
    private boolean within;

    /** {@code wanted} is asked about the first 12 to 64 digits of keys. */
    TaskLog(String service, Path log, Predicate<String> wanted) throws IOException {
        this.service = service;
        this.path = log;
        this.identity = identity(log);
        this.file = new RandomAccessFile(log.toFile(), "r");
        this.wanted = wanted;
    }

    /** The next line about such tasks; empty when there is none yet. */
    Optional<Line> next() throws IOException {
        while (found.isEmpty()) {
            int read = file.read(buffer);
            if (read > 0) {
                take(read);
            } else if (!startsAnew()) {
                return Optional.empty();
            }
        }
        return Optional.of(found.remove());
    }

    /** At the end: whether there is more, since the file was emptied, or moved away and another one made. */
    private boolean startsAnew() throws IOException {
        if (file.length() < file.getFilePointer()) {
            file.seek(0);
            open = new byte[0];
            return true;
        }
        Object now = identity(path);
        if (now == null || now.equals(identity)) {
            return false;
        }
        if (!moved) {
            // What was written between the look at its end and the move.
            moved = true;
            return true;
        }
        RandomAccessFile next = new RandomAccessFile(path.toFile(), "r");
        file.close();
        file = next;
        identity = now;
        moved = false;
        open = new byte[0];
        return true;
    }

    /** Null while there is no such file, or where files have no identity. */
    private static @Nullable Object identity(Path log) throws IOException {
        try {
            return Files.readAttributes(log, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void take(int read) {
        int from = 0;
        for (int i = 0; i < read; i++) {
            if (buffer[i] == '\n') {
                line(text(from, i));
                open = new byte[0];
                from = i + 1;
            }
        }
        byte[] rest = Arrays.copyOfRange(buffer, from, read);
        open = open.length >= MOST_LINE ? open : joined(open, rest, rest.length);
    }

    private String text(int from, int to) {
        byte[] tail = Arrays.copyOfRange(buffer, from, to);
        byte[] whole = open.length >= MOST_LINE ? open : joined(open, tail, tail.length);
        return new String(whole, StandardCharsets.UTF_8).stripTrailing();
    }

    private static byte[] joined(byte[] first, byte[] second, int bytes) {
        byte[] both = Arrays.copyOf(first, first.length + bytes);
        System.arraycopy(second, 0, both, first.length, bytes);
        return both;
    }

    private void line(String text) {
        Matcher begins = BEGINS.matcher(text);
        if (begins.matches()) {
            time = begins.group(1);
            shown = isAbout(text);
        }
        if (shown) {
            found.add(new Line(service, time, text, !begins.matches()));
        }
    }

    private boolean isAbout(String text) {
        if (NEW_PROCESS.matcher(text).matches()) {
            within = false;
        }
        Matcher task = TASK.matcher(text);
        boolean before = within;
        if (task.find() && task.group(2) != null) {
            within = task.group(2).equals("accepted") && wanted.test(task.group(1));
        }
        if (before || within) {
            return true;
        }
        Matcher keys = KEY.matcher(text);
        while (keys.find()) {
            if (wanted.test(keys.group())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
