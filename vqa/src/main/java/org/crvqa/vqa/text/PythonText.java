package org.crvqa.vqa.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What Python's strings do, in which the official evaluation is written: {@code strip}, {@code split}, {@code lower} and
 * the digits of {@code re}. By a table of one Unicode version, so that no result depends on that of the Java virtual
 * machine; {@code unicode_tables.py} in vqa's test sources writes it.
 */
final class PythonText {
    private static final String TABLE = "unicode.txt";
    private static final int CAPITAL_SIGMA = 0x3a3;
    private static final int SMALL_SIGMA = 0x3c3;
    private static final int FINAL_SIGMA = 0x3c2;
    /** The one letter that becomes two: i and a dot above. */
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    private static final Map<Integer, Integer> LOWER = new HashMap<>();
    private static final TreeMap<Integer, Integer> DIGITS = new TreeMap<>();
    private static final TreeMap<Integer, Integer> CASED = new TreeMap<>();
    private static final TreeMap<Integer, Integer> IGNORED = new TreeMap<>();

    static {
        try (InputStream bytes = Objects.requireNonNull(PythonText.class.getResourceAsStream(TABLE));
                BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.US_ASCII))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(PythonText::add);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + TABLE, e);
        }
    }

    private PythonText() {}

    private static void add(String line) {
        String[] fields = line.split(" ");
        Map<Integer, Integer> table = switch (fields[0]) {
            case "lower" -> LOWER;
            case "digit" -> DIGITS;
            case "cased" -> CASED;
            case "ignored" -> IGNORED;
            default -> throw new IllegalStateException(TABLE + " has the line " + line);
        };
        table.put(Integer.parseInt(fields[1], 16), Integer.parseInt(fields[2], 16));
    }

    /** {@code str.isspace}: White_Space of Unicode, which has not changed for long, and four separators of ASCII. */
    static boolean isSpace(int c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** Whether {@code \d} matches a code point. */
    static boolean isDigit(int c) {
        return contains(DIGITS, c);
    }

    /** {@code str.strip()}. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        // No space needs two chars.
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** {@code str.split()}: the words between spaces, none of them empty. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isSpace(text.charAt(i))) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    /** {@code str.lower()}. */
    static String lower(String text) {
        int[] codes = text.codePoints().toArray();
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < codes.length; i++) {
            if (codes[i] == CAPITAL_I_WITH_DOT) {
                lower.append("i\u0307");
            } else if (codes[i] == CAPITAL_SIGMA) {
                lower.appendCodePoint(isFinal(codes, i) ? FINAL_SIGMA : SMALL_SIGMA);
            } else {
                lower.appendCodePoint(LOWER.getOrDefault(codes[i], codes[i]));
            }
        }
        return lower.toString();
    }

    /** Whether a cased letter stands before the sigma and none after it, whatever is to be ignored left out. */
    private static boolean isFinal(int[] codes, int sigma) {
        return isCasedFrom(codes, sigma, -1) && !isCasedFrom(codes, sigma, 1);
    }

    private static boolean isCasedFrom(int[] codes, int sigma, int step) {
        int at = sigma + step;
        while (at >= 0 && at < codes.length && contains(IGNORED, codes[at])) {
            at += step;
        }
        return at >= 0 && at < codes.length && contains(CASED, codes[at]);
    }

    private static boolean contains(TreeMap<Integer, Integer> ranges, int c) {
        Map.Entry<Integer, Integer> range = ranges.floorEntry(c);
        return range != null && c <= range.getValue();
    }
}
