package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * Finds what a client of a newer version has set and this one would silently leave out: as strict with messages as with
 * the keys of a file.
 */
final class UnknownFields {
    private UnknownFields() {}

    static void check(Message message, String path, Violations violations) {
        var unknown = message.getUnknownFields().asMap().keySet();
        if (!unknown.isEmpty()) {
            violations.invalid(
                    path,
                    "holds fields that this coordinator does not know (numbers " + unknown
                            + "); run client and coordinator of the same version");
        }
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (entry.getValue() instanceof List<?> items) {
                for (int i = 0; i < items.size(); i++) {
                    check((Message) items.get(i), at + "[" + i + "]", violations);
                }
            } else {
                check((Message) entry.getValue(), at, violations);
            }
        }
    }
}
