package org.crvqa.coordinator.api;

import java.util.Optional;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.StoredExperiment;

/** What a coordinator knows of an experiment of its store. */
sealed interface Known {
    /** It is open, and what the store says of its tasks is still to be read. */
    record Open(StoredExperiment stored, Courses.Place place) implements Known {}

    /**
     * The dispatcher has its tasks.
     *
     * @param lasting whether its end would be one for every release, so that it may be written down
     */
    record OnBoard(StoredExperiment stored, Courses.Place place, boolean lasting) implements Known {}

    /** It has ended; its tasks are read when somebody asks for them. The place is that of the mark that says so. */
    record Ended(Courses.Place place) implements Known {
        EndedRecord end() {
            return place.mark().end().orElseThrow();
        }
    }

    /**
     * Something of it cannot be read: it is set aside.
     *
     * @param problem which object, why, and what to do
     * @param stored what could be read
     */
    record Unreadable(String problem, Optional<StoredExperiment> stored) implements Known {}
}
