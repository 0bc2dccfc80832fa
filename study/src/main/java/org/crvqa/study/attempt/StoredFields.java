package org.crvqa.study.attempt;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;

/** Fields of a small JSON object of the store. */
final class StoredFields {
    private StoredFields() {}

    /** @throws ArtifactCorruptException when it is not JSON; {@code name} is that of the object */
    static Struct.Builder parse(String name, byte[] content) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
            return fields;
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(name + " is not JSON: " + e.getMessage(), e);
        }
    }

    /** Empty when there is none. */
    static String text(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    /** Empty when there is none, or none that can be read. */
    static Optional<Timestamp> time(Struct.Builder fields, String name) {
        try {
            return Optional.of(Timestamps.parse(text(fields, name)));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
