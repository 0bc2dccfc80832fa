package org.crvqa.study.experiment;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What holds for an experiment and is not part of its content.
 *
 * @param priority that was set; empty: what the experiment itself says
 * @param labels for those who look for experiments
 * @param note for people
 * @param paused nothing of it is given out
 */
public record Settings(OptionalInt priority, Map<String, String> labels, String note, boolean paused) {
    /** Nobody has set anything. */
    public static final Settings NONE = new Settings(OptionalInt.empty(), Map.of(), "", false);

    /** Copies what it is given. */
    public Settings {
        labels = Map.copyOf(labels);
    }

    /** The same with another priority. */
    public Settings withPriority(OptionalInt other) {
        return new Settings(other, labels, note, paused);
    }

    /** The same with other labels. */
    public Settings withLabels(Map<String, String> others) {
        return new Settings(priority, others, note, paused);
    }

    /** The same with another note. */
    public Settings withNote(String other) {
        return new Settings(priority, labels, other, paused);
    }

    /** The same, paused or not. */
    public Settings paused(boolean is) {
        return new Settings(priority, labels, note, is);
    }

    /** Whether it has all of these labels. */
    public boolean has(Map<String, String> asked) {
        return labels.entrySet().containsAll(asked.entrySet());
    }
}
