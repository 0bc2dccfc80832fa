package org.crvqa.vqa.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Sha256;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.source.FileKind;

/**
 * Reads source files phase by phase, tells the listener how far, and notices a file that changes while the import
 * runs, since the artifact is named by the bytes that were there at first. Owned by one thread.
 */
final class SourceFiles {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String PACKED = ".gz";

    private record State(long bytes, FileTime modified) {}

    private record Hashed(State state, String sha256) {}

    /** Is shown the bytes of a file on their way. */
    @FunctionalInterface
    interface Bytes {
        /** The first {@code length} bytes of the block are the next ones; not to be kept. */
        void accept(byte[] block, int length);
    }

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
            // A file that cannot be read counts nothing here and is reported where it is read.
            total += Files.isRegularFile(file) ? file.toFile().length() : 0;
        }
    }

    /** Bytes of all files of the phase. */
    long total() {
        return total;
    }

    /** SHA-256 of the file's bytes in lower-case hexadecimal; read at the first call. */
    String hash(Path file) {
        return hash(file, (block, length) -> {});
    }

    /** As {@link #hash(Path)}, and the consumer sees the file's bytes if it is read now. */
    String hash(Path file, Bytes consumer) {
        Hashed known = hashed.get(file);
        if (known == null) {
            known = read(file, consumer);
            hashed.put(file, known);
        }
        return known.sha256();
    }

    private Hashed read(Path file, Bytes consumer) {
        State before = state(file);
        MessageDigest digest = Sha256.newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = openRaw(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                consumer.accept(buffer, n);
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

    /** Whether the file's content is packed with gzip, whatever its name. */
    static boolean isPacked(Path file) {
        return FileHead.read(file).kind() == FileKind.GZIP;
    }

    /** The file's content, unpacked if it is packed with gzip, whatever its name. Counts the bytes of the file itself. */
    InputStream open(Path file) throws IOException {
        BufferedInputStream raw = openRaw(file);
        try {
            return FileHead.of(file, peek(raw)).kind() == FileKind.GZIP
                    ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES)
                    : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /**
     * As {@link #open(Path)}, if the content is of one of these kinds by its first bytes.
     *
     * @param expected what is expected, for messages, such as "a JSON list of questions"
     * @throws InvalidInputException when it is of another kind, or not a file
     */
    InputStream open(Path file, Set<FileKind> kinds, String expected) throws IOException {
        FileHead stored = FileHead.read(file);
        if (stored.kind() != FileKind.GZIP) {
            requirePlain(stored, kinds, expected);
        }
        InputStream in = open(file);
        try {
            if (stored.kind() == FileKind.GZIP) {
                FileHead.of(file, peek(in)).require(kinds, expected);
            }
            return in;
        } catch (InvalidInputException | IOException e) {
            in.close();
            throw e;
        }
    }

    private static void requirePlain(FileHead head, Set<FileKind> kinds, String expected) {
        head.require(kinds, expected);
        String name = String.valueOf(head.file().getFileName());
        if (name.endsWith(PACKED)) {
            throw new InvalidInputException(
                    head.file() + " is not packed with gzip, as its name says, but "
                            + head.kind().what(),
                    "Rename it to " + name.substring(0, name.length() - PACKED.length())
                            + " if it is complete, or download it again.");
        }
    }

    /** The first bytes, which are read again afterwards. */
    private static byte[] peek(InputStream in) throws IOException {
        in.mark(FileHead.BYTES);
        byte[] head = in.readNBytes(FileHead.BYTES);
        in.reset();
        return head;
    }

    private BufferedInputStream openRaw(Path file) throws IOException {
        return new BufferedInputStream(new CountingStream(Files.newInputStream(file)), BUFFER_BYTES);
    }

    static InvalidInputException unreadable(Path file, IOException e) {
        if (e instanceof EOFException) {
            return new InvalidInputException(
                    file + " is packed and ends too early: it was cut, such as by a download that broke off",
                    "Download it again, and compare its size or digest with what the publisher says.",
                    e);
        }
        if (e instanceof ZipException) {
            return new InvalidInputException(
                    file + " is packed, and its packed bytes are damaged: " + e.getMessage(),
                    "Download it again, and compare its size or digest with what the publisher says.",
                    e);
        }
        if (e instanceof AccessDeniedException) {
            return new InvalidInputException(
                    "Cannot read " + file + ": permission denied", "Give yourself the right to read it.", e);
        }
        return new InvalidInputException(
                "Cannot read " + file + ": " + e, "Check that the file exists and may be read.", e);
    }

    private static State state(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw FileHead.read(file).insteadOf("a file");
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
                // The first bytes of some files are looked at more than once.
                done = Math.min(done + count, total);
                if (total > 0) {
                    listener.progress(phase, done, total);
                }
            }
            return count;
        }
    }
}
