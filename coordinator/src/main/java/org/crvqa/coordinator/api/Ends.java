package org.crvqa.coordinator.api;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.experiment.Mark;
import org.jboss.logging.Logger;

/**
 * Writes down which experiments have ended, so that no later start reads their tasks. An end that another release would
 * not share, because its tasks were planned for a version that this one cannot run, is not written down.
 */
final class Ends {
    private static final Logger LOG = Logger.getLogger(Ends.class);

    /** Some minutes. */
    static final int LOOKS_BEFORE_IT_LEAVES = 120;

    private final Dispatcher dispatcher;
    private final Catalogue catalogue;
    private final CourseWriter writer;
    private final Tasks tasks;
    private final Events events;
    /** How often an experiment was seen that has ended, and whose end is written down. */
    private final Map<String, Integer> lingering = new HashMap<>();

    Ends(Dispatcher dispatcher, Catalogue catalogue, CourseWriter writer, Tasks tasks, Events events) {
        this.dispatcher = dispatcher;
        this.catalogue = catalogue;
        this.writer = writer;
        this.tasks = tasks;
        this.events = events;
    }

    /** Compares what the dispatcher says with what is written down. Blocks on the store. To be called now and then. */
    void look() {
        for (ExperimentStatus status : Waiting.on(dispatcher.list())) {
            if (!(catalogue.find(status.getId()).orElse(null) instanceof Known.OnBoard known)) {
                continue;
            }
            if (isNoted(known) && !isRunning(status)) {
                linger(status.getId());
            } else if (isNoted(known) == isRunning(status)) {
                try {
                    compare(status.getId());
                } catch (LaterTermException e) {
                    LOG.warnf("The end of an experiment is not written down: %s", e.getMessage());
                }
            }
        }
    }

    /** One whose end is written down stays on the board until those who watch it have seen it, and then costs nothing. */
    private synchronized void linger(String id) {
        if (lingering.merge(id, 1, Integer::sum) < LOOKS_BEFORE_IT_LEAVES) {
            return;
        }
        lingering.remove(id);
        if (catalogue.find(id).orElse(null) instanceof Known.OnBoard known && isNoted(known)) {
            // In this order, so that at no time nobody knows of it.
            catalogue.put(id, new Known.Ended(known.place()));
            if (!Waiting.on(dispatcher.forget(id))) {
                catalogue.put(id, known);
            }
        }
    }

    /** Opens an experiment that is on the board and then does what makes it run, while nobody writes down its end. */
    synchronized <T> T reopen(String id, Supplier<T> action) {
        if (catalogue.find(id).orElse(null) instanceof Known.OnBoard known) {
            catalogue.move(id, writer.reopen(id, known.place()));
        }
        return action.get();
    }

    private synchronized void compare(String id) {
        if (!(catalogue.find(id).orElse(null) instanceof Known.OnBoard known)) {
            return;
        }
        // After its place was looked up: an end of before that place would be one of another life.
        ExperimentStatus now = Waiting.on(dispatcher.summary(id)).orElse(ExperimentStatus.getDefaultInstance());
        if (isRunning(now) && isNoted(known)) {
            // A task that it shares with another experiment was retried there.
            catalogue.move(id, writer.reopen(id, known.place()));
        } else if (hasEnded(now) && !isNoted(known) && known.lasting()) {
            EndedRecord end = tasks.record(known.stored(), now.getState(), now.getCounts());
            Courses.Place place = writer.end(id, known.place(), end);
            catalogue.move(id, place);
            if (place.mark().end().filter(end::equals).isPresent()) {
                events.ended(id, end);
            }
        }
    }

    private static boolean isNoted(Known.OnBoard known) {
        return known.place().mark().kind() == Mark.Kind.ENDED;
    }

    static boolean isRunning(ExperimentStatus status) {
        return status.getState() == ExperimentState.EXPERIMENT_STATE_RUNNING
                || status.getState() == ExperimentState.EXPERIMENT_STATE_PAUSED;
    }

    private static boolean hasEnded(ExperimentStatus status) {
        return status.getTasksTotal() > 0 && !isRunning(status);
    }
}
