package org.crvqa.coordinator.api;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.ExperimentsChange;
import org.crvqa.coordinator.v1.ExperimentStatus;

/**
 * All experiments without their tasks, and which of them changed: on the dispatcher's board, or in the catalogue of what else
 * is known. Thread-safe.
 */
final class Overview {
    private final Dispatcher dispatcher;
    private final Catalogue catalogue;
    private final Views views;

    Overview(Dispatcher dispatcher, Catalogue catalogue, Views views) {
        this.dispatcher = dispatcher;
        this.catalogue = catalogue;
        this.views = views;
    }

    /** Up to where changes were told: a step of the dispatcher, and a number of the catalogue. */
    record Position(long step, long number) {
        /** Nothing was told. */
        static final Position NOTHING = new Position(-1, -1);

        /** The earlier of both, each by itself. */
        Position earlier(Position other) {
            return new Position(Math.min(step, other.step), Math.min(number, other.number));
        }

        /** The later of both, each by itself. */
        Position later(Position other) {
            return new Position(Math.max(step, other.step), Math.max(number, other.number));
        }
    }

    private record Change(Position at, ExperimentStatus experiment) {}

    /** What changed up to a position. */
    record Changes(Position now, List<Change> changes) {
        /** The latest state of those that changed after a position, which is not before that of the question. */
        List<ExperimentStatus> since(Position told) {
            return changes.stream()
                    .filter(change ->
                            change.at().step() > told.step() || change.at().number() > told.number())
                    .map(Change::experiment)
                    .toList();
        }
    }

    /** Where it is now. */
    Position now() {
        long number = catalogue.since(Long.MAX_VALUE).number();
        return new Position(
                Waiting.on(dispatcher.experimentsSince(Long.MAX_VALUE)).step(), number);
    }

    /** All of them, newest first. To be called after {@link #now}. */
    List<ExperimentStatus> all() {
        return views.all().stream().map(Views::bare).toList();
    }

    /** What changed after a position. */
    Changes since(Position told) {
        Catalogue.Changes known = catalogue.since(told.number());
        ExperimentsChange board = Waiting.on(dispatcher.experimentsSince(told.step()));
        List<Change> changes = new ArrayList<>();
        board.experiments()
                .forEach(change ->
                        changes.add(new Change(new Position(change.step(), -1), Views.bare(change.experiment()))));
        known.ids()
                .forEach((number, id) -> views.offBoard(id)
                        .ifPresent(status -> changes.add(new Change(new Position(-1, number), status))));
        return new Changes(new Position(board.step(), known.number()), changes);
    }
}
