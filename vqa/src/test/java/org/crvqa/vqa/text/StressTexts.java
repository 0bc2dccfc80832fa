package org.crvqa.vqa.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crvqa.artifacts.Sha256;

/** Texts that nobody types, drawn from their number alone: {@code golden_text.py} draws the same. */
final class StressTexts {
    static final int COUNT = 7000;

    private static final int OF_A_DIGEST = 500;
    private static final int CODES_OF_A_DIGEST = 0x1000;
    private static final String STREWN = " .,-/1\t\n\u03a3'";
    private static final List<String> WORDS = List.of(
            "what",
            "Color",
            "IS",
            "the",
            "cat",
            "don't",
            "...",
            "a".repeat(100),
            "a".repeat(101),
            "caf\u00e9",
            "e\u0301",
            "##ing",
            "[SEP",
            "MASK]",
            " ",
            "  ");
    private static final int[] ODD = {
        0, 9, 10, 13, 0x1c, 0x85, 0xa0, 0xad, 0x130, 0x307, 0x3a3, 0x61d, 0x1e9e, 0x1b7d, 0x200b, 0x200d, 0x2028,
        0x2029, 0x212b, 0x2e52, 0x3000, 0x3400, 0x4e00, 0x9fff, 0xac00, 0xe000, 0xf8ff, 0xfb01, 0xfeff, 0xfffd, 0x110bd,
        0x11366, 0x1d7ce, 0x1e4ca, 0x1f431, 0x20000, 0x2ebf0, 0x30000, 0xe0001, 0xe0100, 0x10fffd
    };

    private StressTexts() {}

    /** For word pieces: those that have nothing too new. */
    static Stream<String> texts() {
        return IntStream.range(0, COUNT)
                .mapToObj(StressTexts::text)
                .filter(text -> text.codePoints().noneMatch(StressTexts::isTooNew));
    }

    /** Capitals of Unicode 17, which the tokenizer does not know yet, while that of the golden files does. */
    static boolean isTooNew(int code) {
        return code == 0xa7ce || code == 0xa7d2 || code == 0xa7d4 || (code >= 0x16ea0 && code < 0x16eb9);
    }

    /** With marks, digits and spaces strewn in. */
    static Stream<String> answers() {
        return IntStream.range(0, COUNT).mapToObj(StressTexts::answer);
    }

    /** Every code point but surrogates and what is too new, each between two letters. */
    static Stream<String> codePoints() {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(code -> code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE)
                .filter(code -> !isTooNew(code))
                .mapToObj(code -> "b" + Character.toString(code) + "D");
    }

    /** The SHA-256 of so many lines at a time. */
    static List<String> digests(Stream<String> lines) {
        return digests(lines, OF_A_DIGEST);
    }

    /** Those of {@link #codePoints}. */
    static List<String> codePointDigests(Stream<String> lines) {
        return digests(lines, CODES_OF_A_DIGEST);
    }

    private static List<String> digests(Stream<String> lines, int ofADigest) {
        List<String> digests = new ArrayList<>();
        StringBuilder some = new StringBuilder();
        int[] count = {0};
        lines.forEachOrdered(line -> {
            some.append(line).append('\n');
            if (++count[0] % ofADigest == 0) {
                digests.add(Sha256.hex(some.toString()));
                some.setLength(0);
            }
        });
        if (!some.isEmpty()) {
            digests.add(Sha256.hex(some.toString()));
        }
        return digests;
    }

    /** A golden file beside this class. */
    static JsonNode golden(String name) throws IOException {
        return new ObjectMapper().readTree(Objects.requireNonNull(StressTexts.class.getResource(name), name));
    }

    /** Its digests. */
    static List<String> digests(JsonNode golden, String key) {
        return golden.get(key).valueStream().map(JsonNode::textValue).toList();
    }

    private static String answer(int number) {
        Draws draws = new Draws(number + COUNT);
        StringBuilder answer = new StringBuilder();
        text(number).codePoints().forEach(code -> {
            answer.appendCodePoint(code);
            if (draws.below(3) == 0) {
                answer.append(STREWN.charAt(draws.below(STREWN.length())));
            }
        });
        return answer.toString();
    }

    private static String text(int number) {
        Draws draws = new Draws(number);
        StringBuilder text = new StringBuilder();
        for (int left = 1 + draws.below(13); left > 0; left--) {
            switch (draws.below(6)) {
                case 0 -> text.appendCodePoint(ODD[draws.below(ODD.length)]);
                case 1 -> text.appendCodePoint(draws.below(0x250));
                case 2 -> text.appendCodePoint(draws.below(0xd800));
                case 3 -> text.appendCodePoint(0xe000 + draws.below(0x12000));
                default -> text.append(WORDS.get(draws.below(WORDS.size())));
            }
        }
        return text.toString();
    }

    /** SplitMix64. */
    private static final class Draws {
        private long state;

        Draws(long seed) {
            state = seed;
        }

        int below(int n) {
            state += 0x9e3779b97f4a7c15L;
            long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return (int) (((z ^ (z >>> 31)) >>> 33) % n);
        }
    }
}
