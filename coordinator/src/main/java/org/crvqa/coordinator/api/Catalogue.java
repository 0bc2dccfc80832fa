package org.crvqa.coordinator.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.SettingsLog;
import org.jboss.logging.Logger;

/** What a coordinator knows of the experiments of its store, by id. Thread-safe. */
final class Catalogue {
    private static final Logger LOG = Logger.getLogger(Catalogue.class);

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, SettingsLog.Place> settings = new ConcurrentHashMap<>();
    private final ExperimentMetrics metrics;
    /** Ids by the number of their latest change here, and the other way round; their own monitor. */
    private final TreeMap<Long, String> changes = new TreeMap<>();

    private final Map<String, Long> changed = new HashMap<>();
    private long latestChange;

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
        changed(id);
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
        changed(id);
        count();
    }

    /** What was set for an experiment. */
    SettingsLog.Place settings(String id) {
        return settings.getOrDefault(id, SettingsLog.Place.START);
    }

    /** Notes what was set, unless something later is noted. */
    void settings(String id, SettingsLog.Place place) {
        settings.merge(id, place, (before, now) -> now.number() > before.number() ? now : before);
        changed(id);
    }

    private void changed(String id) {
        synchronized (changes) {
            Long before = changed.put(id, ++latestChange);
            if (before != null) {
                changes.remove(before);
            }
            changes.put(latestChange, id);
        }
    }

    /**
     * Experiments that changed here.
     *
     * @param number to ask for later changes with
     */
    record Changes(long number, Map<Long, String> ids) {}

    /** What changed after a number that an earlier answer gave, in this order; -1: everything. */
    Changes since(long number) {
        synchronized (changes) {
            return new Changes(latestChange, new TreeMap<>(changes.tailMap(number, false)));
        }
    }

    private void count() {
        metrics.count(
                known.values().stream()
                        .filter(Known.Unreadable.class::isInstance)
                        .count(),
                known.values().stream().filter(Known.Open.class::isInstance).count());
    }
}
