package org.crvqa.coordinator.dispatch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** What each event means in each state of an attempt: cells that act, cells where an event comes too late, and none. */
final class AttemptTable {
    private final Map<Class<? extends AttemptState>, Column<?>> columns;

    AttemptTable(Map<Class<? extends AttemptState>, Column<?>> columns) {
        this.columns = columns;
    }

    /** What follows, and what is to be done, in this order. */
    record Step(AttemptState next, List<AttemptEffect> effects) {
        static Step to(AttemptState next, AttemptEffect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    /** Whether and how an event can happen in a state. */
    enum Cell {
        ACTS,
        LATE,
        IMPOSSIBLE
    }

    /** @throws IllegalStateException when the event cannot happen in this state */
    Step step(AttemptState state, AttemptEvent event) {
        Column<?> column = columns.get(state.getClass());
        if (column == null) {
            throw new IllegalStateException("There is no column of " + state);
        }
        return column.step(state, event);
    }

    /** What the table has for an event in a state. */
    Cell cell(Class<? extends AttemptState> state, Class<? extends AttemptEvent> event) {
        return columns.get(state).cell(event);
    }

    /** What events mean in one state. */
    static final class Column<S extends AttemptState> {
        private final Map<Class<? extends AttemptEvent>, BiFunction<S, AttemptEvent, Step>> actions = new HashMap<>();
        private Set<Class<? extends AttemptEvent>> late = Set.of();
        private boolean allLate;
        private Set<Class<? extends AttemptEvent>> never = Set.of();

        /** What to do. */
        <E extends AttemptEvent> Column<S> on(Class<E> event, BiFunction<S, E, Step> action) {
            actions.put(event, (state, happened) -> action.apply(state, event.cast(happened)));
            return this;
        }

        /** They may still come, and mean nothing any more. */
        @SafeVarargs
        final Column<S> late(Class<? extends AttemptEvent>... events) {
            late = Set.of(events);
            return this;
        }

        /** Whatever comes means nothing any more; these cannot come. */
        @SafeVarargs
        final Column<S> allLateBut(Class<? extends AttemptEvent>... events) {
            allLate = true;
            never = Set.of(events);
            return this;
        }

        private Cell cell(Class<? extends AttemptEvent> event) {
            if (actions.containsKey(event)) {
                return Cell.ACTS;
            }
            return late.contains(event) || allLate && !never.contains(event) ? Cell.LATE : Cell.IMPOSSIBLE;
        }

        @SuppressWarnings("unchecked") // The column was looked up by the state's class.
        private Step step(AttemptState state, AttemptEvent event) {
            return switch (cell(event.getClass())) {
                case ACTS -> actions.get(event.getClass()).apply((S) state, event);
                case LATE -> Step.to(state);
                case IMPOSSIBLE ->
                    throw new IllegalStateException(
                            event.getClass().getSimpleName() + " cannot happen to an attempt that is "
                                    + state.getClass().getSimpleName());
            };
        }
    }
}
