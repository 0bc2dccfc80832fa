package org.crvqa.coordinator.scale;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.crvqa.task.v1.WorkerKind;

/**
 * Divides a budget of devices among the pools that want workers. In turn, and within each turn the kind of worker that is
 * nearer to a study's end first:
 *
 * <ol>
 *   <li>each pool's least number, whatever the budget says;
 *   <li>one worker for each pool that has any work, so that no stage stands still for another;
 *   <li>what a pool has and uses: devices move only from where there is nothing to do for them;
 *   <li>what is waiting. What is nearer to the end first cannot starve what comes before it, since only that makes its
 *       work;
 *   <li>what pools want in which no worker has started for long, as far as nobody else wants it.
 * </ol>
 */
final class Shares {
    /** In which order pools are served. */
    static final List<WorkerKind> NEARER_TO_THE_END_FIRST =
            List.of(WorkerKind.WORKER_KIND_EVALUATOR, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_TRAINER);

    private final Map<WorkerKind, Want> wants;
    private final Map<WorkerKind, Integer> given = new EnumMap<>(WorkerKind.class);
    private long left;

    private Shares(Map<WorkerKind, Want> wants, long budget) {
        this.wants = wants;
        this.left = budget;
    }

    /**
     * What a pool wants.
     *
     * @param least that it gets in any case
     * @param held workers that it is asked to have and has use for
     * @param demand workers that it has use for, from {@code least} to its most
     * @param credible as many of them as may be expected to start
     * @param devices of each worker
     */
    record Want(int least, int held, int demand, int credible, int devices) {}

    /** Workers for each pool; together they need at most {@code budget} devices, unless their least numbers need more. */
    static Map<WorkerKind, Integer> of(Map<WorkerKind, Want> wants, long budget) {
        Shares shares = new Shares(wants, budget);
        wants.forEach((kind, want) -> shares.take(kind, want, want.least()));
        shares.raise(want -> Math.min(Math.min(1, want.demand()), want.credible()));
        shares.raise(want -> Math.min(want.held(), want.credible()));
        shares.raise(want -> Math.min(want.demand(), want.credible()));
        shares.raise(Want::demand);
        return shares.given;
    }

    private void raise(ToIntFunction<Want> level) {
        for (WorkerKind kind : NEARER_TO_THE_END_FIRST) {
            Want want = wants.get(kind);
            if (want != null) {
                int more = level.applyAsInt(want) - given.get(kind);
                long room = want.devices() == 0 ? more : Math.max(0, left) / want.devices();
                take(kind, want, (int) Math.max(0, Math.min(more, room)));
            }
        }
    }

    private void take(WorkerKind kind, Want want, int workers) {
        given.merge(kind, workers, Integer::sum);
        left -= (long) workers * want.devices();
    }
}
