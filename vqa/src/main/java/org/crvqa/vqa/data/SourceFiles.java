package org.crvqa.vqa.data;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Sha256;

/**
 * Reads source files phase by phase, tells the listener how far, and notices a file that changes while the import
 * runs, since the artifact is named by the bytes that were there at first. Owned by one thread.
 */
final class SourceFiles {
    private static final int BUFFER_BYTES = 1 << 16;

    private record State(long bytes, FileTime modified) {}

    private record Hashed(State state, String sha256) {}

    private final ImportListener listener;
    private final Map<Path, Hashed> hashed = new HashMap<>();
    private String phase = "";
    private long done;
    private long total;

    SourceFiles(ImportListener listener) {
        this.listener = listener;
    }

    /** What is read next, all of which counts as the whole of the phase. */
    void begin(String name, List<Path> files) {
        phase = name;
        done = 0;
        total = 0;
        for (Path file : files) {
            total += state(file).bytes();
        }
    }

    /** Bytes of all files of the phase. */
    long total() {
        return total;
    }

    /** SHA-256 of the file's bytes in lower-case hexadecimal; read at the first call. */
    String hash(Path file) {
        return hashed.computeIfAbsent(file, this::read).sha256();
    }

    private Hashed read(Path file) {
        State before = state(file);
        MessageDigest digest = Sha256.newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = openRaw(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return new Hashed(before, HexFormat.of().formatHex(digest.digest()));
    }

    /** @throws InvalidInputException when a file is no longer what it was when it was hashed */
    void requireUnchanged() {
        hashed.forEach((file, before) -> {
            if (!before.state().equals(state(file))) {
                throw new InvalidInputException(
                        file + " changed while it was imported", "Import again when the file is complete.");
            }
        });
    }

    /** The file's content, unpacked if its name ends with ".gz". Counts the bytes of the file itself. */
    InputStream open(Path file) throws IOException {
        InputStream raw = openRaw(file);
        if (!file.getFileName().toString().endsWith(".gz")) {
            return raw;
        }
        try {
            return new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private InputStream openRaw(Path file) throws IOException {
        return new BufferedInputStream(new CountingStream(Files.newInputStream(file)), BUFFER_BYTES);
    }

    static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException(
                "Cannot read " + file + ": " + e, "Check that the file exists and may be read.", e);
    }

    private static State state(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new InvalidInputException(file + " is a folder, expected a file", "Give the file's path.");
            }
            return new State(Files.size(file), Files.getLastModifiedTime(file));
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file " + file, "Check the path.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Takes note of bytes of the phase that were read in another way than by {@link #open}. */
    void advance(long bytes) {
        done = Math.min(done + bytes, total);
        listener.progress(phase, done, total);
    }

    private final class CountingStream extends FilterInputStream {
        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                done += count;
                listener.progress(phase, done, total);
            }
            return count;
        }
    }
}
