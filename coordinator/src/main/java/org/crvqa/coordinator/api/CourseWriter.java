package org.crvqa.coordinator.api;

import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.experiment.Mark;

/** Moves experiments on in their courses, as the leader of a term. Blocks on the store. Thread-safe. */
final class CourseWriter {
    private final Courses courses;
    private final long term;

    CourseWriter(Courses courses, long term) {
        this.courses = courses;
        this.term = term;
    }

    /**
     * Leaves a mark of this term, so that no earlier leader says anything of the experiment any more; a wish to cancel
     * stays one. What the latest mark is then: an end, where somebody was first.
     *
     * @throws LaterTermException when a later leader has it
     */
    Courses.Place take(String id, Courses.Place seen) {
        Courses.Place latest = seen;
        while (latest.mark().kind() != Mark.Kind.ENDED && latest.mark().term() != term) {
            Mark own = latest.mark().kind() == Mark.Kind.CANCEL ? Mark.cancel(term) : Mark.open(term);
            latest = appendOrLook(id, latest, own);
        }
        return latest;
    }

    /** Notes the wish to cancel, unless the end is noted already: the end wins. What the latest mark is then. */
    Courses.Place cancel(String id, Courses.Place seen) {
        Courses.Place latest = seen;
        while (latest.mark().kind() == Mark.Kind.OPEN) {
            latest = appendOrLook(id, latest, Mark.cancel(term));
        }
        return latest;
    }

    /** Makes it open again, whatever it was: what was noted before holds no more. */
    Courses.Place reopen(String id, Courses.Place seen) {
        Courses.Place latest = seen;
        while (true) {
            var place = courses.append(id, latest, Mark.open(term));
            if (place.isPresent()) {
                return place.get();
            }
            latest = courses.latest(id);
        }
    }

    /** Notes the end, unless one is noted already. What the latest mark is then. */
    Courses.Place end(String id, Courses.Place seen, EndedRecord end) {
        Courses.Place latest = seen;
        while (latest.mark().kind() != Mark.Kind.ENDED) {
            latest = appendOrLook(id, latest, Mark.ended(term, end));
        }
        return latest;
    }

    private Courses.Place appendOrLook(String id, Courses.Place latest, Mark mark) {
        return courses.append(id, latest, mark).orElseGet(() -> courses.latest(id));
    }
}
