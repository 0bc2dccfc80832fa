package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileKind;

/** Reads the lines of a tab-separated file of region features, one image each. Owned by one thread. */
final class TsvLines implements RegionReader {
    /** An image of 100 regions of 2048 features has 1.1 MB; a longer line than this is no such file. */
    static final int MAX_LINE_BYTES = 32 << 20;

    private static final int BLOCK_BYTES = 1 << 18;
    private static final Set<FileKind> KINDS = EnumSet.of(FileKind.TEXT);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final Path file;
    private final InputStream in;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int blockPosition;
    private int blockLimit;
    private byte[] line = new byte[BLOCK_BYTES];
    private int length;
    private long number;

    /**
     * Opens a file, which may be packed with gzip.
     *
     * @throws InvalidInputException when it is something else by its first bytes
     */
    static TsvLines open(SourceFiles sources, Path file) throws IOException {
        return new TsvLines(file, sources.open(file, KINDS, "tab-separated lines of region features"));
    }

    /** @param in is closed with this reader */
    TsvLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** The next line, which ends with a newline, a carriage return and a newline, or the file. Empty at the end. */
    @Override
    public Optional<EncodedImage> next() throws IOException {
        length = 0;
        if (!readLine()) {
            return Optional.empty();
        }
        number++;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        if (number == 1) {
            dropByteOrderMark();
        }
        TsvLine read = new TsvLine(file, number, line, length);
        line = new byte[line.length];
        return Optional.of(read);
    }

    private void dropByteOrderMark() {
        int mark = BYTE_ORDER_MARK.length;
        if (length >= mark && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark)) {
            System.arraycopy(line, mark, line, 0, length - mark);
            length -= mark;
        }
    }

    private boolean readLine() throws IOException {
        boolean any = false;
        while (fill()) {
            any = true;
            int end = ByteSearch.indexOf(block, blockPosition, blockLimit, (byte) '\n');
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
                throw TsvLine.place(file, number + 1)
                        .invalid(
                                "the line is longer than " + MAX_LINE_BYTES + " bytes",
                                "Give a tab-separated text file.");
            }
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
        }
        System.arraycopy(block, blockPosition, line, length, count);
        length += count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
