package org.crvqa.vqa.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.source.FileKind;

/**
 * A Hugging Face {@code config.json}, as understood and as stored.
 *
 * @param canonical the whole of it as canonical JSON
 */
public record ConfigFile(ModelConfig config, String canonical) {
    private static final long MOST_BYTES = 16 << 20;
    /** Of what is text but no JSON, the parser says where it goes wrong. */
    private static final Set<FileKind> JSON_OR_UNCLEAR = EnumSet.of(FileKind.JSON, FileKind.TEXT, FileKind.BINARY);

    /** @throws InvalidInputException when the file is missing, or not the configuration of a known model */
    public static ConfigFile read(Path file) {
        FileHead.read(file).require(JSON_OR_UNCLEAR, "the JSON of a config.json");
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new InvalidInputException(
                        file + " has more than " + MOST_BYTES + " bytes", "Give the path of a config.json.");
            }
            return parse(withoutMark(Files.readString(file)), file.toString());
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file " + file, "Give the path of a config.json.", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Cannot read " + file + ": " + e, "Give a config.json of UTF-8 text that may be read.", e);
        }
    }

    /** Some editors begin a file with a byte order mark, which is no part of its text. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * From the text of such a file.
     *
     * @param sourceName names the file in messages
     * @throws InvalidInputException when it is not the configuration of a known model
     */
    public static ConfigFile parse(String json, String sourceName) {
        return new ConfigFile(ModelConfig.parse(json, sourceName), canonical(json, sourceName));
    }

    /** Stricter than JSON: no number beyond a double's range, no half of a surrogate pair. */
    private static String canonical(String json, String sourceName) {
        String advice = "Remove or correct the key; keys that play no part are kept, too.";
        try {
            String canonical = CanonicalJson.of(json);
            if (StandardCharsets.UTF_8.newEncoder().canEncode(canonical)) {
                return canonical;
            }
            throw new InvalidInputException(sourceName + " holds half of a surrogate pair", advice);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(sourceName + " has no canonical form: " + e.getMessage(), advice, e);
        }
    }
}
