package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.TensorType;

/** One line of a tab-separated file of region features. */
final class TsvLine implements EncodedImage {
    private static final int SHOWN_CHARACTERS = 40;

    private final Place place;
    private final byte[] bytes;
    /** Where each field ends. */
    private final List<Integer> ends = new ArrayList<>();

    /** The first {@code length} bytes are the line, without its end; the array is taken over. */
    TsvLine(Path file, long number, byte[] bytes, int length) {
        this.place = place(file, number);
        this.bytes = bytes;
        int end = ByteSearch.indexOf(bytes, 0, length, (byte) '\t');
        while (end < length) {
            ends.add(end);
            end = ByteSearch.indexOf(bytes, end + 1, length, (byte) '\t');
        }
        ends.add(length);
    }

    /** Number of fields, at least 1. */
    int fields() {
        return ends.size();
    }

    /** A field's bytes. */
    ByteBuffer field(int field) {
        int start = field == 0 ? 0 : ends.get(field - 1) + 1;
        return ByteBuffer.wrap(bytes, start, ends.get(field) - start);
    }

    /** A field as text. */
    String text(int field) {
        return StandardCharsets.ISO_8859_1.decode(field(field)).toString();
    }

    /** A field as text for messages, cut where long. */
    String shown(int field) {
        String text = text(field);
        return '"' + (text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…") + '"';
    }

    /** Where the line stands. */
    Place place() {
        return place;
    }

    /** An error in this line. */
    InvalidInputException invalid(String problem, String advice) {
        return place.invalid(problem, advice);
    }

    /** Of a line that was cut within its first field, nothing can be told. */
    @Override
    public OptionalLong imageId() {
        return fields() < 2 ? OptionalLong.empty() : RegionLine.imageId(text(0));
    }

    @Override
    public ImageRegions decode(TensorType type) {
        return RegionLine.parse(this, type);
    }

    static Place place(Path file, long number) {
        return new Place(file, "line " + number);
    }
}
