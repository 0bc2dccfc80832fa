package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Comparator;

/** The place of an experiment in the order in which they were submitted. */
record ExperimentAge(Instant submitted, String id) implements Comparable<ExperimentAge> {
    private static final Comparator<ExperimentAge> OLDEST_FIRST =
            Comparator.comparing(ExperimentAge::submitted).thenComparing(ExperimentAge::id);

    @Override
    public int compareTo(ExperimentAge other) {
        return OLDEST_FIRST.compare(this, other);
    }
}
