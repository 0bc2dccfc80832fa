package org.crvqa.coordinator.api;

import com.google.protobuf.FieldMask;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.study.experiment.Settings;

/** What may be set for an experiment, and how a request changes it. */
final class SettingsRules {
    private static final int MOST_LABELS = 32;
    private static final int LONGEST_VALUE = 128;
    private static final int LONGEST_NOTE = 4_000;
    private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9-_./]{0,62}");

    private SettingsRules() {}

    /**
     * The settings with those fields changed that the mask names; without a mask those that the request has.
     *
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT
     */
    static Settings change(Settings before, ExperimentSettings asked, FieldMask mask) {
        check(asked);
        List<String> paths = mask.getPathsList();
        for (String path : paths) {
            if (!List.of("priority", "labels", "note").contains(path)) {
                throw refusal("update_mask has '" + path + "', expected priority, labels, note");
            }
        }
        Settings changed = before;
        if (paths.isEmpty() ? asked.hasPriority() : paths.contains("priority")) {
            changed = changed.withPriority(
                    asked.hasPriority() ? OptionalInt.of(asked.getPriority()) : OptionalInt.empty());
        }
        if (paths.isEmpty() ? asked.getLabelsCount() > 0 : paths.contains("labels")) {
            changed = changed.withLabels(asked.getLabelsMap());
        }
        if (paths.isEmpty() ? !asked.getNote().isEmpty() : paths.contains("note")) {
            changed = changed.withNote(asked.getNote());
        }
        return changed;
    }

    private static void check(ExperimentSettings asked) {
        if (asked.getLabelsCount() > MOST_LABELS) {
            throw refusal("There are " + asked.getLabelsCount() + " labels, expected at most " + MOST_LABELS);
        }
        if (asked.getNote().length() > LONGEST_NOTE) {
            throw refusal("The note has " + asked.getNote().length() + " characters, expected at most " + LONGEST_NOTE);
        }
        for (Map.Entry<String, String> label : asked.getLabelsMap().entrySet()) {
            if (!KEY.matcher(label.getKey()).matches()) {
                throw refusal("The label '" + label.getKey() + "' is not of the form " + KEY.pattern());
            }
            if (label.getValue().length() > LONGEST_VALUE
                    || label.getValue().chars().anyMatch(Character::isISOControl)) {
                throw refusal("The value of the label '" + label.getKey() + "' is '" + label.getValue()
                        + "', expected at most " + LONGEST_VALUE + " printable characters");
            }
        }
    }

    private static RuntimeException refusal(String message) {
        return CallErrors.refusal(Reason.INVALID_REQUEST, message);
    }
}
