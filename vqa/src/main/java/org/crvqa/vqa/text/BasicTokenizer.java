package org.crvqa.vqa.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text into lower-case words and single punctuation marks as BERT uncased does: control characters dropped,
 * accents stripped, every Chinese character a word of its own.
 *
 * <p>One difference from Hugging Face is wanted: code points that this Java's Unicode tables do not know are kept, not
 * dropped, so that the result does not change with the version of Java.
 */
final class BasicTokenizer {
    private BasicTokenizer() {}

    static List<String> words(String text) {
        StringBuilder spaced = new StringBuilder(text.length() + 16);
        text.codePoints().filter(c -> c != 0 && c != 0xfffd && !isDropped(c)).forEach(c -> appendClean(spaced, c));
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(spaced, Normalizer.Form.NFD).codePoints().forEach(c -> {
            if (isSpace(c) || isPunctuation(c)) {
                flush(word, words);
                if (!isSpace(c)) {
                    words.add(Character.toString(c));
                }
            } else if (Character.getType(c) != Character.NON_SPACING_MARK) {
                word.appendCodePoint(Character.toLowerCase(c));
            }
        });
        flush(word, words);
        return words;
    }

    private static void appendClean(StringBuilder out, int c) {
        if (isChinese(c)) {
            out.append(' ').appendCodePoint(c).append(' ');
        } else {
            out.appendCodePoint(isSpace(c) ? ' ' : c);
        }
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isSpace(int c) {
        return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
    }

    private static boolean isDropped(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\t' && c != '\n' && c != '\r';
            case Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** Unicode punctuation, and every ASCII character that is neither letter, digit, space nor control. */
    private static boolean isPunctuation(int c) {
        if (c < 128) {
            return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** The CJK Unified Ideographs blocks, as BERT lists them; Hiragana, Katakana and Hangul are not among them. */
    private static boolean isChinese(int c) {
        return in(c, 0x4E00, 0x9FFF)
                || in(c, 0x3400, 0x4DBF)
                || in(c, 0x20000, 0x2A6DF)
                || in(c, 0x2A700, 0x2B73F)
                || in(c, 0x2B740, 0x2B81F)
                || in(c, 0x2B820, 0x2CEAF)
                || in(c, 0xF900, 0xFAFF)
                || in(c, 0x2F800, 0x2FA1F);
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
