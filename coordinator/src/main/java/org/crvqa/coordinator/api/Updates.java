package org.crvqa.coordinator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.SettingsLog;

/** Changes what is set for experiments: first in the store, then on the board. Blocks on the store. Thread-safe. */
final class Updates {
    private final SettingsLog log;
    private final Catalogue catalogue;
    private final Dispatcher dispatcher;
    private final TermFence fence;
    private final Events events;
    private final long term;

    Updates(SettingsLog log, Catalogue catalogue, Dispatcher dispatcher, TermFence fence, Events events, long term) {
        this.log = log;
        this.catalogue = catalogue;
        this.dispatcher = dispatcher;
        this.fence = fence;
        this.events = events;
        this.term = term;
    }

    /**
     * Changes labels, note or priority. Durable when it returns; nothing happens where nothing changes.
     *
     * @param change from what holds to what shall hold
     * @throws DeposedException when another coordinator leads
     */
    void update(String id, UnaryOperator<Settings> change) {
        Settings before = catalogue.settings(id).settings();
        if (set(id, change, false)) {
            events.asked(
                    id,
                    EventKind.EVENT_KIND_UPDATED,
                    difference(before, catalogue.settings(id).settings()));
        }
    }

    /** What is set for an experiment that nobody else knows of yet. */
    synchronized void first(String id, Settings settings) {
        SettingsLog.Place latest = catalogue.settings(id);
        catalogue.settings(id, log.append(id, latest, settings, term).orElseGet(() -> log.latest(id)));
    }

    /**
     * Pauses an experiment or resumes it.
     *
     * @param known of it now
     * @param stops whether a pause also stops what runs
     * @throws io.grpc.StatusRuntimeException FAILED_PRECONDITION when it has ended
     * @throws DeposedException when another coordinator leads
     */
    void pause(String id, Known known, boolean pause, boolean stops) {
        if (!(known instanceof Known.OnBoard) || hasEnded(id)) {
            throw CallErrors.refusal(
                    Reason.EXPERIMENT_ENDED,
                    "Experiment " + id + " has ended; there is nothing to " + (pause ? "pause" : "resume"),
                    Map.of("experiment", id));
        }
        if (set(id, settings -> settings.paused(pause), stops)) {
            events.asked(
                    id,
                    pause ? EventKind.EVENT_KIND_PAUSED : EventKind.EVENT_KIND_RESUMED,
                    stops ? "what ran was stopped" : "");
        }
    }

    private boolean hasEnded(String id) {
        return Waiting.on(dispatcher.summary(id)).filter(Ends::isRunning).isEmpty();
    }

    /** One after the other, so that each change begins with what the one before has left. Whether anything changed. */
    private synchronized boolean set(String id, UnaryOperator<Settings> change, boolean stops) {
        SettingsLog.Place latest = catalogue.settings(id);
        boolean changed = false;
        while (!change.apply(latest.settings()).equals(latest.settings())) {
            Optional<SettingsLog.Place> own = log.append(id, latest, change.apply(latest.settings()), term);
            latest = own.isPresent() ? own.get() : log.latest(id);
            catalogue.settings(id, latest);
            changed |= own.isPresent();
        }
        fence.check();
        // Also when nothing changed: the call before may have died between the store and the board.
        Waiting.on(dispatcher.set(id, latest.settings(), stops));
        return changed;
    }

    private static String difference(Settings before, Settings now) {
        List<String> changes = new ArrayList<>();
        if (!before.priority().equals(now.priority())) {
            changes.add("priority " + text(before.priority()) + " → " + text(now.priority()));
        }
        if (!before.labels().equals(now.labels())) {
            changes.add("labels " + new TreeMap<>(before.labels()) + " → " + new TreeMap<>(now.labels()));
        }
        if (!before.note().equals(now.note())) {
            changes.add("note");
        }
        return String.join(", ", changes);
    }

    private static String text(OptionalInt priority) {
        return priority.isPresent() ? Integer.toString(priority.getAsInt()) : "as submitted";
    }
}
