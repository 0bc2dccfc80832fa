package org.crvqa.coordinator.api;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.coordinator.experiment.Courses;
import org.jboss.logging.Logger;

/** What a coordinator knows of the experiments of its store, by id. Thread-safe. */
final class Catalogue {
    private static final Logger LOG = Logger.getLogger(Catalogue.class);

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final ExperimentMetrics metrics;

    Catalogue(ExperimentMetrics metrics) {
        this.metrics = metrics;
        count();
    }

    Optional<Known> find(String id) {
        return Optional.ofNullable(known.get(id));
    }

    /** As it is at this moment. */
    Map<String, Known> all() {
        return Map.copyOf(known);
    }

    void put(String id, Known what) {
        known.put(id, what);
        count();
    }

    /** Notes the latest place in the course of one that is on the board. */
    void move(String id, Courses.Place place) {
        known.computeIfPresent(
                id,
                (key, what) -> what instanceof Known.OnBoard board
                                && place.number() > board.place().number()
                        ? new Known.OnBoard(board.stored(), place, board.lasting())
                        : what);
    }

    /** Says once, until it can be read again, that an experiment is set aside. */
    void setAside(String id, Known.Unreadable what) {
        if (!what.equals(known.put(id, what))) {
            LOG.errorf("Experiment %s is set aside, and everything else goes on: %s", id, what.problem());
        }
        count();
    }

    private void count() {
        metrics.count(
                known.values().stream()
                        .filter(Known.Unreadable.class::isInstance)
                        .count(),
                known.values().stream().filter(Known.Open.class::isInstance).count());
    }
}
