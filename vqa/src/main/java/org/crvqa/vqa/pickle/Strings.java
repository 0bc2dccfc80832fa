package org.crvqa.vqa.pickle;

import java.nio.charset.StandardCharsets;

/** The ways in which pickles write strings. Strings of bytes become text whose characters are the bytes. */
final class Strings {
    private static final int HEX = 16;

    private Strings() {}

    static String utf8(byte[] written) {
        return new String(written, StandardCharsets.UTF_8);
    }

    static String bytes(byte[] written) {
        return new String(written, StandardCharsets.ISO_8859_1);
    }

    /** @throws PickleException when the text has characters that are no bytes */
    static byte[] latin1(String text) throws PickleException {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = text.charAt(i);
            if (character > 0xff) {
                throw new PickleException("holds text where bytes of an array were expected");
            }
            bytes[i] = (byte) character;
        }
        return bytes;
    }

    /** What a literal of Python 2's {@code repr} stands for, such as {@code 'a\x00'}. */
    static String literal(byte[] written) throws PickleException {
        int last = written.length - 1;
        if (last < 1 || written[0] != written[last] || (written[0] != '\'' && written[0] != '"')) {
            throw new PickleException("holds a string without quotation marks");
        }
        StringBuilder text = new StringBuilder(written.length);
        for (int i = 1; i < last; i++) {
            char character = (char) Byte.toUnsignedInt(written[i]);
            if (character != '\\') {
                text.append(character);
                continue;
            }
            i++;
            if (i == last) {
                throw new PickleException("holds a string that ends within an escape");
            }
            if (written[i] == 'x') {
                text.append((char) hex(written, i + 1, 2, last));
                i += 2;
            } else {
                text.append(escape((char) written[i]));
            }
        }
        return text.toString();
    }

    /** Text of protocol 0: its characters beyond Latin 1, and some others, stand as {@code \\uXXXX}. */
    static String rawUnicodeEscape(byte[] written) throws PickleException {
        StringBuilder text = new StringBuilder(written.length);
        for (int i = 0; i < written.length; i++) {
            int digits = i + 1 < written.length && written[i] == '\\'
                    ? switch (written[i + 1]) {
                        case 'u' -> 4;
                        case 'U' -> 8;
                        default -> 0;
                    }
                    : 0;
            if (digits == 0) {
                text.append((char) Byte.toUnsignedInt(written[i]));
                continue;
            }
            int codePoint = hex(written, i + 2, digits, written.length);
            if (!Character.isValidCodePoint(codePoint)) {
                throw new PickleException("holds a character that is none");
            }
            text.appendCodePoint(codePoint);
            i += digits + 1;
        }
        return text.toString();
    }

    private static char escape(char code) throws PickleException {
        return switch (code) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\\', '\'', '"' -> code;
            default -> throw new PickleException("holds a string with the escape \\" + code);
        };
    }

    private static int hex(byte[] written, int from, int digits, int end) throws PickleException {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < end ? Character.digit(written[i], HEX) : -1;
            if (digit < 0) {
                throw new PickleException("holds a string that ends within an escape");
            }
            value = value * HEX + digit;
        }
        return value;
    }
}
