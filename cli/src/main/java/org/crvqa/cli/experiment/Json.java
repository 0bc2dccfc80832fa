package org.crvqa.cli.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

/** Messages as JSON for programs: the wire contract's own field names, and fields that hold zero or false too. */
public final class Json {
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

    private Json() {}

    /** JSON text of a message, indented. */
    public static String of(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("The messages printed here hold no Any", e);
        }
    }
}
