package org.crvqa.cli.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a google.rpc.BadRequest says, in lines for people. */
final class Violations {
    private static final Pattern PLACE = Pattern.compile("^line ([0-9]+), column ([0-9]+): ");

    private Violations() {}

    /** One line for each violation, {@code file:place: key: message}; none when the status has no such detail. */
    static List<String> of(StatusRuntimeException failure, String file) {
        List<String> lines = new ArrayList<>();
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return lines;
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                unpack(detail).getFieldViolationsList().forEach(v -> lines.add(line(file, v)));
            }
        }
        return lines;
    }

    // The place first, as compilers write it, so that editors can jump there.
    private static String line(String file, BadRequest.FieldViolation violation) {
        String description = violation.getDescription();
        StringBuilder line = new StringBuilder(file);
        Matcher place = PLACE.matcher(description);
        if (place.find()) {
            line.append(file.isEmpty() ? "line " : ":")
                    .append(place.group(1))
                    .append(':')
                    .append(place.group(2));
            description = description.substring(place.end());
        }
        line.append(line.isEmpty() ? "" : ": ");
        String field = violation.getField();
        if (!field.isEmpty() && !description.startsWith(field + ": ")) {
            line.append(field).append(": ");
        }
        return line.append(description).toString();
    }

    private static BadRequest unpack(Any detail) {
        try {
            return detail.unpack(BadRequest.class);
        } catch (InvalidProtocolBufferException e) {
            return BadRequest.getDefaultInstance();
        }
    }
}
