package org.crvqa.vqa.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;

/** Word pieces and their ids: a BERT {@code vocab.txt} has one a line, the first of which is id 0. Immutable. */
public final class Vocabulary {
    private static final String ADVICE = "Give the vocab.txt of the model, such as that of bert-base-uncased.";

    /** A hundred times that of BERT; region features given by mistake have more. */
    private static final long MOST_BYTES = 32 << 20;

    /** What words that cannot be cut become. */
    static final String UNKNOWN = "[UNK]";

    /** How some editors begin a file in UTF-8. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final Map<String, Integer> ids;
    private final int unknown;
    private final int cls;
    private final int sep;

    private Vocabulary(Map<String, Integer> ids) {
        this.ids = Collections.unmodifiableMap(ids);
        this.unknown = ids.get(UNKNOWN);
        this.cls = ids.get("[CLS]");
        this.sep = ids.get("[SEP]");
    }

    /** @throws InvalidInputException when the file is missing, far too large, not UTF-8, or not a vocabulary */
    public static Vocabulary read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new InvalidInputException(file + " has more than " + MOST_BYTES + " bytes", ADVICE);
            }
            return of(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no vocabulary " + file, ADVICE, e);
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read the vocabulary " + file + ": " + e, ADVICE, e);
        }
    }

    /**
     * From the bytes of a file.
     *
     * @param sourceName names the file in messages
     * @throws InvalidInputException when they are not UTF-8, or not a vocabulary
     */
    public static Vocabulary of(byte[] bytes, String sourceName) {
        try {
            // A new decoder refuses what is not UTF-8.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return of(text.lines().toList(), sourceName);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(sourceName + " is not UTF-8 text", ADVICE, e);
        }
    }

    /**
     * From the lines of a file. Only an empty one is empty: a piece may be a space of some kind. A byte order mark before the
     * first is left out.
     *
     * @param sourceName names the file in messages
     * @throws InvalidInputException when a line is empty or repeated, [UNK], [CLS] or [SEP] is missing, or [PAD] is not
     *     the first
     */
    public static Vocabulary of(List<String> lines, String sourceName) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String piece = lines.get(i);
            if (i == 0 && piece.startsWith(BYTE_ORDER_MARK)) {
                piece = piece.substring(BYTE_ORDER_MARK.length());
            }
            if (piece.isEmpty()) {
                throw new InvalidInputException(
                        sourceName + ", line " + (i + 1) + ": empty, expected a word piece", ADVICE);
            }
            Integer earlier = ids.putIfAbsent(piece, i);
            if (earlier != null) {
                throw new InvalidInputException(
                        sourceName + ", line " + (i + 1) + ": " + shown(piece) + " stands already in line "
                                + (earlier + 1),
                        ADVICE);
            }
        }
        for (String special : List.of("[PAD]", UNKNOWN, "[CLS]", "[SEP]")) {
            if (!ids.containsKey(special)) {
                throw new InvalidInputException(
                        sourceName + " has no line " + special + " among its " + lines.size(), ADVICE);
            }
        }
        if (ids.get("[PAD]") != 0) {
            throw new InvalidInputException(
                    sourceName + ": [PAD] stands in line " + (ids.get("[PAD]") + 1) + ", expected line 1", ADVICE);
        }
        return new Vocabulary(ids);
    }

    /** A piece as it stands in a message: what cannot be seen by its numbers. */
    private static String shown(String piece) {
        boolean visible = piece.codePoints().noneMatch(c -> PythonText.isSpace(c) || Character.isISOControl(c));
        return visible
                ? piece
                : piece.codePoints()
                        .mapToObj(c -> String.format(Locale.ROOT, "U+%04X", c))
                        .collect(Collectors.joining(" "));
    }

    /** Word pieces and their ids, by ascending id; immutable. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** Number of word pieces. */
    public int size() {
        return ids.size();
    }

    /** The id of [UNK]. */
    public int unknownId() {
        return unknown;
    }

    /** The id of [CLS]. */
    public int clsId() {
        return cls;
    }

    /** The id of [SEP]. */
    public int sepId() {
        return sep;
    }
}
