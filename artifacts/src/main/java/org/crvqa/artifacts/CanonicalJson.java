package org.crvqa.artifacts;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * The one JSON text of a message: proto3 JSON with the proto's own field names, put into the form of RFC 8785. The
 * canonical form matters for numbers: {@code Double.toString} changed between JDK 17 and 19.
 */
public final class CanonicalJson {
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().preservingProtoFieldNames();

    private CanonicalJson() {}

    /** Canonical JSON of a message; unset fields do not appear. */
    public static String of(Message message) {
        try {
            return of(PRINTER.print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("Message holds an Any of unknown type", e);
        }
    }

    /** Canonical form of a JSON text. @throws IllegalArgumentException when it is not JSON */
    public static String of(String json) {
        try {
            return new JsonCanonicalizer(json).getEncodedString();
        } catch (IOException e) {
            throw new IllegalArgumentException("Not JSON: " + e.getMessage(), e);
        }
    }
}
