package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.crvqa.artifacts.InvalidInputException;

/** Reads tab-separated lines of bytes, one at a time into a buffer that is used again. Owned by one thread. */
final class TsvLines {
    /** An image of 100 regions of 2048 features has 1.1 MB; a longer line than this is no such file. */
    static final int MAX_LINE_BYTES = 64 << 20;

    private static final int SHOWN_CHARACTERS = 40;

    private final Path file;
    private final InputStream in;
    private final byte[] block = new byte[1 << 16];
    private int blockPosition;
    private int blockLimit;
    private byte[] line = new byte[1 << 16];
    private int length;
    private long number;
    private final List<ByteBuffer> fields = new ArrayList<>();

    /** The stream stays the caller's to close. */
    TsvLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** Reads the next line, which ends with a newline, a carriage return and a newline, or the file. False at the end. */
    boolean next() throws IOException {
        length = 0;
        fields.clear();
        if (!readLine()) {
            return false;
        }
        number++;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (line[i] == '\t') {
                fields.add(ByteBuffer.wrap(line, start, i - start));
                start = i + 1;
            }
        }
        fields.add(ByteBuffer.wrap(line, start, length - start));
        return true;
    }

    private boolean readLine() throws IOException {
        boolean any = false;
        while (fill()) {
            any = true;
            int end = blockPosition;
            while (end < blockLimit && block[end] != '\n') {
                end++;
            }
            append(end - blockPosition);
            if (end < blockLimit) {
                blockPosition = end + 1;
                return true;
            }
            blockPosition = end;
        }
        return any;
    }

    private boolean fill() throws IOException {
        if (blockPosition == blockLimit) {
            blockPosition = 0;
            blockLimit = Math.max(in.read(block), 0);
        }
        return blockLimit > 0;
    }

    private void append(int count) {
        if (count > line.length - length) {
            if (length + count > MAX_LINE_BYTES) {
                number++;
                throw invalid(
                        "the line is longer than " + MAX_LINE_BYTES + " bytes", "Give a tab-separated text file.");
            }
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
        }
        System.arraycopy(block, blockPosition, line, length, count);
        length += count;
    }

    /** Fields of the current line, valid until the next call of {@link #next}. */
    List<ByteBuffer> fields() {
        return fields;
    }

    /** A field as text. */
    String text(int field) {
        return StandardCharsets.ISO_8859_1.decode(fields.get(field).duplicate()).toString();
    }

    /** A field as text for messages, cut where long. */
    String shown(int field) {
        String text = text(field);
        return '"' + (text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…") + '"';
    }

    /** An error in the current line. */
    InvalidInputException invalid(String problem, String advice) {
        return new InvalidInputException(where() + ": " + problem, advice);
    }

    /** The current line's place, for messages. */
    String where() {
        return file + ", line " + number;
    }
}
