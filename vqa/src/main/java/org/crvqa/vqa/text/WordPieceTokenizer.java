package org.crvqa.vqa.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Questions to word piece ids as BERT-base-uncased, by Hugging Face's own tokenizer: what is lower case, an accent,
 * punctuation or a space does not depend on the Java virtual machine. The names of special tokens in a question are
 * ordinary text. Owned by one thread.
 */
public final class WordPieceTokenizer implements AutoCloseable {
    /**
     * The native library asks for nothing over a network, and does not look for a GPU's build of itself. Process-wide, but
     * nothing else reads the one, and nobody here wants what the other forbids.
     */
    private static final Map<String, String> SETTINGS = Map.of("RUST_FLAVOR", "cpu", "OPT_OUT_TRACKING", "true");

    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");

    /** Bounds the memory for what was cut already; the questions of VQA v2 have some 30,000 spellings of words. */
    private static final int MOST_REMEMBERED = 1 << 16;

    /** Longer ones hardly come again. */
    private static final int LONGEST_REMEMBERED = 40;

    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, int[]> remembered = new HashMap<>();

    /** @throws InvalidInputException when this machine cannot load the native library */
    public WordPieceTokenizer(Vocabulary vocabulary) {
        SETTINGS.forEach(WordPieceTokenizer::setUnlessSet);
        try {
            tokenizer =
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(TokenizerJson.of(vocabulary)), OPTIONS);
        } catch (EngineException | LinkageError e) {
            throw new InvalidInputException(
                    "The native library of Hugging Face's tokenizers cannot be loaded: " + reason(e),
                    "It is for Linux on x86-64 with glibc 2.34 or newer, and is unpacked into the folder .djl.ai of your home,"
                            + " which DJL_CACHE_DIR replaces: name one there that can be written to and may hold programs.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read from memory", e);
        }
    }

    /** Ids of the text's word pieces, without [CLS] and [SEP], of any length. */
    public int[] tokenize(String text) {
        // A space divides words whatever stands beside it, so that what lies between spaces can be cut piece by piece.
        // Most pieces come again and again, and are not handed to the native library a second time.
        return Arrays.stream(wellFormed(text).split(" "))
                .filter(part -> !part.isEmpty())
                .flatMapToInt(part -> Arrays.stream(pieces(part)))
                .toArray();
    }

    private int[] pieces(String part) {
        int[] known = remembered.get(part);
        if (known != null) {
            return known;
        }
        int[] pieces = Arrays.stream(tokenizer.encode(part).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
        if (part.length() <= LONGEST_REMEMBERED) {
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(part, pieces);
        }
        return pieces;
    }

    /** Without halves of surrogate pairs, which are no characters and cannot be handed over; BERT drops them too. */
    private static String wellFormed(String text) {
        if (text.codePoints().noneMatch(WordPieceTokenizer::isSurrogate)) {
            return text;
        }
        IntStream codes = text.codePoints().filter(code -> !isSurrogate(code));
        return codes.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isSurrogate(int code) {
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    }

    private static void setUnlessSet(String name, String value) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.toString();
    }

    /** Gives the native tokenizer's memory back. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
