package org.crvqa.cli.provenance;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.ObjectStore;

/** Reads {@code tasks/<key>/attempts/}. */
final class AttemptRecords {
    private final ObjectStore store;

    AttemptRecords(ObjectStore store) {
        this.store = store;
    }

    /** All attempts at a task, in order. What does not parse is added to the problems. */
    List<AttemptRecord> of(ArtifactKey key, List<String> problems) {
        String folder = "tasks/" + key + "/attempts/";
        Map<Integer, AttemptRecord> records = new TreeMap<>();
        for (String name : store.list(folder)) {
            String file = name.substring(folder.length());
            if (file.matches("[1-9][0-9]{0,8}\\.json")) {
                int number = Integer.parseInt(file.substring(0, file.indexOf('.')));
                records.put(
                        number,
                        new AttemptRecord(
                                number, fields(name, problems), fields(folder + number + ".outcome.json", problems)));
            }
        }
        return new ArrayList<>(records.values());
    }

    private Map<String, String> fields(String name, List<String> problems) {
        Optional<byte[]> content = store.read(name);
        Struct.Builder struct = Struct.newBuilder();
        try {
            if (content.isPresent()) {
                JsonFormat.parser().merge(new String(content.get(), StandardCharsets.UTF_8), struct);
            }
        } catch (InvalidProtocolBufferException e) {
            problems.add(name + " is not JSON");
        }
        Map<String, String> fields = new TreeMap<>();
        struct.getFieldsMap()
                .forEach((field, value) -> fields.put(
                        field,
                        switch (value.getKindCase()) {
                            case STRING_VALUE -> value.getStringValue();
                            case NUMBER_VALUE -> String.valueOf(value.getNumberValue());
                            case BOOL_VALUE -> String.valueOf(value.getBoolValue());
                            default -> value.toString().strip();
                        }));
        return fields;
    }
}
