package org.crvqa.vqa.data;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of answers by which accuracies are reported. */
public enum AnswerType {
    /** Yes or no. */
    YES_NO("yes/no"),
    /** A number. */
    NUMBER("number"),
    /** Anything else. */
    OTHER("other");

    private final String label;

    AnswerType(String label) {
        this.label = label;
    }

    /** The name in annotation files and reports. */
    public String label() {
        return label;
    }

    static Optional<AnswerType> of(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
