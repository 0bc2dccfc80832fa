package org.crvqa.vqa.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;

/**
 * The beginning of a file, which tells its kind.
 *
 * @param file for messages
 * @param kind of the file
 * @param start what the first line says, cut where long, for messages about text
 */
public record FileHead(Path file, FileKind kind, String start) {
    /** So many bytes are looked at: enough for a block of tar, and for what may stand before HDF5. */
    public static final int BYTES = 4096;

    private static final int SHOWN_CHARACTERS = 60;

    /**
     * Looks at a file, a folder, or something else that has the path.
     *
     * @throws InvalidInputException when there is nothing, or it may not be read
     */
    public static FileHead read(Path file) {
        if (Files.isDirectory(file)) {
            boolean lmdb = Files.isRegularFile(file.resolve("data.mdb"));
            return new FileHead(file, lmdb ? FileKind.LMDB : FileKind.FOLDER, "");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new FileHead(file, FileKind.SPECIAL, "");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return of(file, in.readNBytes(BYTES));
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + file + ": " + e, "Check that the file may be read.", e);
        }
    }

    /** By the first {@link #BYTES} bytes, fewer of a shorter file; of what a packed file holds, too. */
    public static FileHead of(Path file, byte[] head) {
        return new FileHead(file, Signatures.kind(head), start(head));
    }

    /**
     * @param expected what is expected, such as "a JSON list of questions"
     * @throws InvalidInputException when the file is of none of these kinds
     */
    public void require(Set<FileKind> kinds, String expected) {
        if (!kinds.contains(kind)) {
            throw insteadOf(expected);
        }
    }

    /** The error for a file that is not what is expected, such as "a JSON list of questions". */
    public InvalidInputException insteadOf(String expected) {
        String said = kind == FileKind.TEXT || kind == FileKind.XML ? " that begins with \"" + start + '"' : "";
        String give = "Give " + expected + '.';
        return new InvalidInputException(
                file + " is " + kind.what() + said + ", expected " + expected,
                kind.remedy().isEmpty() ? give : kind.remedy());
    }

    private static InvalidInputException missing(Path file, NoSuchFileException e) {
        if (!Files.isSymbolicLink(file)) {
            return new InvalidInputException("There is no file " + file, "Check the path.", e);
        }
        return new InvalidInputException(
                file + " is a link to " + target(file) + ", which is not there",
                "Fetch what it links to (of git-annex: 'git annex get'), or give another file.",
                e);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return Files.exists(link, LinkOption.NOFOLLOW_LINKS) ? "something" : "nothing";
        }
    }

    private static String start(byte[] head) {
        String text = new String(head, 0, Math.min(head.length, 4 * SHOWN_CHARACTERS), StandardCharsets.UTF_8);
        String line = text.strip().lines().findFirst().orElse("").strip();
        int[] characters = line.codePoints()
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .toArray();
        int shown = Math.min(characters.length, SHOWN_CHARACTERS);
        return new String(Arrays.copyOf(characters, shown), 0, shown) + (shown < characters.length ? "…" : "");
    }
}
