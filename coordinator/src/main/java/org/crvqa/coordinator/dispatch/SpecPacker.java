package org.crvqa.coordinator.dispatch;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.TaskSpec;

/**
 * Keeps the specs of a plan small. They differ from each other in a key and a number or two, and take two kilobytes each
 * as messages: each is deflated with the first of its kind as the dictionary. One packer serves one plan. Not
 * thread-safe; what it packs may be unpacked by any thread.
 */
final class SpecPacker implements AutoCloseable {
    private static final int PIECE = 256;

    private final Map<TaskKind, byte[]> dictionaries = new EnumMap<>(TaskKind.class);
    private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);

    /**
     * A spec as it is kept.
     *
     * @param dictionary shared with the others of its plan and kind
     */
    record Packed(byte[] dictionary, byte[] content, int length) {
        /** The spec, as it was. */
        TaskSpec spec() {
            byte[] bytes = new byte[length];
            Inflater inflater = new Inflater(true);
            try {
                inflater.setDictionary(dictionary);
                inflater.setInput(content);
                int read = inflater.inflate(bytes);
                if (read != length) {
                    throw new IllegalStateException("A packed spec of " + length + " bytes ends after " + read);
                }
                return TaskSpec.parseFrom(bytes);
            } catch (DataFormatException | InvalidProtocolBufferException e) {
                throw new IllegalStateException("A packed spec cannot be unpacked", e);
            } finally {
                inflater.end();
            }
        }
    }

    Packed pack(TaskKind kind, TaskSpec spec) {
        byte[] bytes = spec.toByteArray();
        byte[] dictionary = dictionaries.computeIfAbsent(kind, first -> bytes);
        deflater.reset();
        deflater.setDictionary(dictionary);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] content = new byte[PIECE];
        int length = 0;
        while (!deflater.finished()) {
            if (length == content.length) {
                content = Arrays.copyOf(content, 2 * length);
            }
            length += deflater.deflate(content, length, content.length - length);
        }
        return new Packed(dictionary, Arrays.copyOf(content, length), bytes.length);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
