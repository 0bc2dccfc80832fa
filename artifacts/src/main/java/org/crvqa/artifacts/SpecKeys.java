package org.crvqa.artifacts;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.crvqa.task.v1.TaskSpec;

/** The artifacts that a task deals with, as far as its spec names them. */
public final class SpecKeys {
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

    private SpecKeys() {}

    /**
     * The key of the task itself, and of the artifacts that it reads: the contents of all fields {@code ..._key}. What
     * these were made of is not among them.
     */
    public static Set<ArtifactKey> of(TaskSpec spec) {
        Set<ArtifactKey> keys = new LinkedHashSet<>();
        keys.add(ArtifactKey.of(spec));
        add(spec, keys);
        return keys;
    }

    private static void add(Message message, Set<ArtifactKey> keys) {
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            boolean key = field.getKey().getName().endsWith("_key");
            if (key
                    && field.getValue() instanceof String text
                    && KEY.matcher(text).matches()) {
                keys.add(new ArtifactKey(text));
            } else if (field.getValue() instanceof Message inner) {
                add(inner, keys);
            }
        }
    }
}
