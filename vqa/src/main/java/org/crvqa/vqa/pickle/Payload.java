package org.crvqa.vqa.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A long string of a pickle, left where it stands: only its place is in memory.
 *
 * @param position of its first byte in the file
 * @param length in bytes, as it is written
 */
record Payload(long position, long length, Form form) {
    /** How the bytes that a string stands for are written. */
    enum Form {
        /** As they are. */
        RAW,
        /** As UTF-8 of text whose characters are the bytes, which is what Python 3 writes below protocol 3. */
        UTF8,
        /** As Python's literal of a string, which is what protocol 0 writes. */
        LITERAL,
        /** As text of protocol 0, in which only some characters are escaped. */
        UNICODE_ESCAPE;

        /** How many times longer than the bytes they are at most, beside two quotation marks. */
        int growth() {
            return switch (this) {
                case RAW -> 1;
                case UTF8 -> 2;
                case LITERAL -> 4;
                case UNICODE_ESCAPE -> 6;
            };
        }

        /** What the written bytes stand for; bytes as text whose characters they are. */
        String text(byte[] written) throws PickleException {
            return switch (this) {
                case RAW -> Strings.bytes(written);
                case UTF8 -> Strings.utf8(written);
                case LITERAL -> Strings.literal(written);
                case UNICODE_ESCAPE -> Strings.rawUnicodeEscape(written);
            };
        }
    }

    /**
     * The bytes that the string stands for.
     *
     * @param expected how many they must be
     * @throws PickleException when they are more or fewer, or the text is none of bytes
     */
    byte[] read(FileChannel file, int expected) throws IOException, PickleException {
        if (length > (long) expected * form.growth() + 2 || (form == Form.RAW && length != expected)) {
            throw wrongLength(length, expected);
        }
        ByteBuffer written = ByteBuffer.allocate((int) length);
        while (written.hasRemaining()) {
            if (file.read(written, position + written.position()) < 0) {
                throw new EOFException("file ended while it was read");
            }
        }
        byte[] bytes = form == Form.RAW ? written.array() : Strings.latin1(form.text(written.array()));
        if (bytes.length != expected) {
            throw wrongLength(bytes.length, expected);
        }
        return bytes;
    }

    static PickleException wrongLength(long found, int expected) {
        return new PickleException("holds " + found + " bytes of an array, expected " + expected);
    }
}
