package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileKind;
import org.crvqa.vqa.text.Vocabulary;

/** The vocabulary of an import, which may be packed with gzip; the dataset keeps it unpacked. */
final class VocabularyFile {
    private static final Set<FileKind> KINDS = EnumSet.of(FileKind.TEXT);
    private static final String EXPECTED = "a vocab.txt of UTF-8 text with a word piece on each line";

    /** As of a plain one. */
    private static final int MOST_BYTES = 32 << 20;

    private VocabularyFile() {}

    /** @throws InvalidInputException when it is something else by its first bytes */
    static void requireKind(SourceFiles sources, Path file) {
        try {
            sources.open(file, KINDS, EXPECTED).close();
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    /** @throws InvalidInputException when it is not a vocabulary */
    static Vocabulary read(SourceFiles sources, Path file) {
        requireKind(sources, file);
        if (!SourceFiles.isPacked(file)) {
            return Vocabulary.read(file);
        }
        return Vocabulary.of(unpacked(sources, file), file.toString());
    }

    /** Writes the unpacked vocabulary. */
    static void copy(SourceFiles sources, Path file, Path target) throws IOException {
        if (SourceFiles.isPacked(file)) {
            Files.write(target, unpacked(sources, file));
        } else {
            Files.copy(file, target);
        }
    }

    private static byte[] unpacked(SourceFiles sources, Path file) {
        try (InputStream in = sources.open(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new InvalidInputException(
                        file + " has more than " + MOST_BYTES + " bytes when unpacked",
                        "Give the vocab.txt of the model.");
            }
            return bytes;
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }
}
