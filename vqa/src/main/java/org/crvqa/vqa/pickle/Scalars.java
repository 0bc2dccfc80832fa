package org.crvqa.vqa.pickle;

import java.io.IOException;
import java.util.Optional;
import org.crvqa.vqa.pickle.Unpickler.None;

/** Makes the numbers and strings of a pickle. */
final class Scalars {
    private final PickleInput in;
    private final boolean leavesLongStrings;

    /** @param leavesLongStrings whether long strings become {@link Payload}s; otherwise they are refused */
    Scalars(PickleInput in, boolean leavesLongStrings) {
        this.in = in;
        this.leavesLongStrings = leavesLongStrings;
    }

    /** What the opcode stands for with what follows it; empty when it is of another kind. */
    Optional<Object> read(int opcode) throws PickleException, IOException {
        return switch (opcode) {
            case 'N' -> Optional.of(None.NONE);
            case 0x88 -> Optional.of(true);
            case 0x89 -> Optional.of(false);
            case 'J' -> Optional.of((long) in.integer());
            case 'K' -> Optional.of((long) in.unsignedByte());
            case 'M' -> Optional.of((long) in.unsignedShort());
            case 0x8a -> Optional.of(longInteger(in.unsignedByte()));
            case 'G' -> Optional.of(Double.longBitsToDouble(Long.reverseBytes(in.longInteger())));
            case 'X' -> Optional.of(string(Integer.toUnsignedLong(in.integer()), Payload.Form.UTF8));
            case 0x8c -> Optional.of(string(in.unsignedByte(), Payload.Form.UTF8));
            case 0x8d -> Optional.of(string(in.longInteger(), Payload.Form.UTF8));
            case 'T' -> Optional.of(string(in.integer(), Payload.Form.RAW));
            case 'U', 'C' -> Optional.of(string(in.unsignedByte(), Payload.Form.RAW));
            case 'B' -> Optional.of(string(Integer.toUnsignedLong(in.integer()), Payload.Form.RAW));
            // Whether bytes may be changed plays no part here.
            case 0x8e, 0x96 -> Optional.of(string(in.longInteger(), Payload.Form.RAW));
            default -> ofLine(opcode);
        };
    }

    /** Opcodes of protocol 0, whose arguments are lines of text. */
    private Optional<Object> ofLine(int opcode) throws PickleException, IOException {
        return switch (opcode) {
            case 'I' -> Optional.of(truthOrNumber(line()));
            case 'L' -> {
                String text = line();
                yield Optional.of(number(text.endsWith("L") ? text.substring(0, text.length() - 1) : text));
            }
            case 'F' -> Optional.of(decimal(line()));
            case 'S' -> Optional.of(string(in.line(Unpickler.MAX_STRING_BYTES), Payload.Form.LITERAL));
            case 'V' -> Optional.of(string(in.line(Unpickler.MAX_STRING_BYTES), Payload.Form.UNICODE_ESCAPE));
            default -> Optional.empty();
        };
    }

    private Object string(long bytes, Payload.Form form) throws PickleException, IOException {
        if (bytes >= 0 && bytes <= Unpickler.MAX_STRING_BYTES) {
            byte[] written = in.bytes((int) bytes);
            return form.text(written);
        }
        if (bytes < 0 || !leavesLongStrings) {
            throw tooLong(bytes);
        }
        Payload payload = new Payload(in.position(), bytes, form);
        in.skip(bytes);
        return payload;
    }

    private Object string(PickleInput.Line line, Payload.Form form) throws PickleException {
        if (line.length() <= Unpickler.MAX_STRING_BYTES) {
            return form.text(line.start());
        }
        if (!leavesLongStrings) {
            throw tooLong(line.length());
        }
        return new Payload(line.position(), line.length(), form);
    }

    private static PickleException tooLong(long bytes) {
        return new PickleException("holds a string of " + Long.toUnsignedString(bytes) + " bytes, more than the "
                + Unpickler.MAX_STRING_BYTES + " allowed");
    }

    private static Object truthOrNumber(String text) throws PickleException {
        return switch (text) {
            case "00" -> false;
            case "01" -> true;
            default -> number(text);
        };
    }

    private long longInteger(int bytes) throws PickleException, IOException {
        if (bytes > Long.BYTES) {
            throw new PickleException("holds an integer of " + bytes + " bytes, more than 8");
        }
        long value = 0;
        int last = 0;
        for (int i = 0; i < bytes; i++) {
            last = in.unsignedByte();
            value |= (long) last << (8 * i);
        }
        // Little-endian two's complement: the sign of the last byte fills what is above it.
        return last > Byte.MAX_VALUE && bytes < Long.BYTES ? value | -1L << (8 * bytes) : value;
    }

    /** The rest of the line, as an argument that is a name or a number. */
    String line() throws PickleException, IOException {
        PickleInput.Line line = in.line(Unpickler.MAX_STRING_BYTES);
        if (line.length() > Unpickler.MAX_STRING_BYTES) {
            throw new PickleException("holds a name of more than the " + Unpickler.MAX_STRING_BYTES + " bytes allowed");
        }
        return Strings.bytes(line.start());
    }

    /** A whole number in decimal digits. */
    static long number(String text) throws PickleException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new PickleException("holds \"" + Unpickler.shown(text) + "\" where a whole number was expected");
        }
    }

    private static double decimal(String text) throws PickleException {
        return switch (text) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw new PickleException("holds \"" + Unpickler.shown(text) + "\" where a number was expected");
                }
            }
        };
    }
}
