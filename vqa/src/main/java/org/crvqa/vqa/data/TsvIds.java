package org.crvqa.vqa.data;

import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/**
 * Gathers the ids of the images in a tab-separated file from the first fields of its lines, whatever else the lines
 * hold, at the speed of reading. Owned by one thread.
 */
final class TsvIds implements SourceFiles.Bytes {
    /** A name of COCO has 27 characters; a longer first field is no id. */
    private static final int MOST_BYTES = 64;

    private final LongStream.Builder ids = LongStream.builder();
    private final byte[] field = new byte[MOST_BYTES];
    private int length;
    private boolean inFirstField = true;

    @Override
    public void accept(byte[] block, int blockLength) {
        int at = 0;
        while (at < blockLength) {
            if (inFirstField) {
                at = firstField(block, at, blockLength);
            } else {
                int end = ByteSearch.indexOf(block, at, blockLength, (byte) '\n');
                inFirstField = end < blockLength;
                at = end + 1;
            }
        }
    }

    /** Reads on in the first field; returns where to go on. */
    private int firstField(byte[] block, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = block[i];
            if (b == '\n') {
                length = 0;
            } else if (b == '\t' || length == MOST_BYTES) {
                RegionLine.imageId(new String(field, 0, length, StandardCharsets.ISO_8859_1))
                        .ifPresent(ids::add);
                length = 0;
                inFirstField = false;
                return i + 1;
            } else {
                field[length++] = b;
            }
        }
        return to;
    }

    /** The ids of all lines so far, each once, ascending. To be called once. */
    long[] ids() {
        return ids.build().sorted().distinct().toArray();
    }
}
