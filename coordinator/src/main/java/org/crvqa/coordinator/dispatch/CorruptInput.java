package org.crvqa.coordinator.dispatch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/** What to do about an input whose stored bytes have changed. A worker knows the artifact, not who makes it. */
final class CorruptInput {
    private static final Pattern KEY = Pattern.compile("\\b[0-9a-f]{64}\\b");

    private CorruptInput() {}

    /** The failure; where a task makes the corrupt artifact, with the way to have it made again. */
    static TaskFailure advise(TaskFailure failure, Task task) {
        if (failure.getKind() != FailureKind.FAILURE_KIND_CORRUPT_DATA) {
            return failure;
        }
        Matcher keys = KEY.matcher(failure.getCause());
        while (keys.find()) {
            ArtifactKey corrupt = new ArtifactKey(keys.group());
            if (task.inputs.stream().anyMatch(input -> input.key().equals(corrupt))) {
                return failure.toBuilder()
                        .setAdvice("Have it made again: 'crvqa gc --discard " + keys.group()
                                + " --apply' removes it, then 'crvqa retry EXPERIMENT' runs what needs it.")
                        .build();
            }
        }
        return failure;
    }
}
