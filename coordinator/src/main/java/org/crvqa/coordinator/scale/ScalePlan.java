package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.crvqa.coordinator.scale.ScaleState.PoolState;
import org.crvqa.task.v1.WorkerKind;

/**
 * How many workers each pool should be asked to have. A pool wants as many as it has tasks that are ready or run, within its
 * bounds; {@link Shares} divides the devices. It grows when more has been wanted for a while and devices are free, and shrinks
 * when less has been wanted for a while, by members that do nothing and know that they get nothing ({@link Leavers}).
 * Devices that other pools are asked to use are not free: one moves from pool to pool in two steps. A pure function.
 */
final class ScalePlan {
    private final ScaleSettings settings;
    private final ScaleState before;
    private final Observation seen;
    private final Instant now;
    private final Map<WorkerKind, PoolView> pools = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Starts> starts = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Integer> targets;
    private final Map<WorkerKind, Lean> leans = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Integer> resizes = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Set<String>> leavers = new EnumMap<>(WorkerKind.class);
    private final Map<String, Mark> marks = new HashMap<>();

    private ScalePlan(ScaleSettings settings, ScaleState before, Observation seen) {
        this.settings = settings;
        this.before = before;
        this.seen = seen;
        this.now = seen.now();
        settings.pools()
                .forEach((kind, pool) -> PoolView.of(kind, pool, seen).ifPresent(view -> pools.put(kind, view)));
        pools.forEach((kind, pool) -> starts.put(
                kind, before.pool(kind).starts().looked(pool.size(), pool.answered(), settings.patience(), now)));
        this.targets = targets();
    }

    /** What follows from what is seen and remembered. */
    static ScaleDecision decide(ScaleSettings settings, ScaleState before, Observation seen) {
        ScalePlan plan = new ScalePlan(settings, before, seen);
        plan.pools.forEach(plan::lean);
        plan.grow();
        plan.pools.forEach(plan::shrink);
        return plan.decision();
    }

    private Map<WorkerKind, Integer> targets() {
        Map<WorkerKind, Shares.Want> wants = new EnumMap<>(WorkerKind.class);
        long budget = settings.budget();
        for (PoolView pool : pools.values()) {
            int demand = pool.demand();
            if (pool.settings().leftAlone()) {
                budget -= pool.devices();
            } else {
                boolean trusted = starts.get(pool.kind()).trusted(now);
                wants.put(
                        pool.kind(),
                        new Shares.Want(
                                pool.settings().least(),
                                Math.min(demand, pool.size()),
                                demand,
                                trusted ? Integer.MAX_VALUE : pool.answered(),
                                pool.settings().devices()));
            }
        }
        return Shares.of(wants, budget);
    }

    /** What is wanted of a pool and may be done: none shrinks while its work is not known, or by pods at the cluster's choice. */
    private void lean(WorkerKind kind, PoolView pool) {
        if (pool.settings().leftAlone()) {
            return;
        }
        int target = targets.get(kind);
        boolean mayShrink =
                seen.complete() && pool.settings().name().controller().honoursMarks();
        leans.put(
                kind,
                before.pool(kind).lean().looked(pool.size(), mayShrink ? target : Math.max(target, pool.size()), now));
    }

    /** Each pool that has waited for long enough gets one worker more before any gets a second. */
    private void grow() {
        long free = settings.budget();
        for (PoolView pool : pools.values()) {
            free -= pool.devices();
        }
        for (boolean first : new boolean[] {true, false}) {
            for (WorkerKind kind : Shares.NEARER_TO_THE_END_FIRST) {
                Lean lean = leans.get(kind);
                if (lean != null && lean.held(Lean.Direction.UP, settings.up(), now)) {
                    PoolView pool = pools.get(kind);
                    int size = resizes.getOrDefault(kind, pool.size());
                    int devices = pool.settings().devices();
                    int more = first ? 1 : lean.to() - size;
                    int room = devices == 0 ? more : (int) Math.max(0, Math.min(more, free / devices));
                    if (room > 0) {
                        resizes.put(kind, size + room);
                        free -= (long) room * devices;
                    }
                }
            }
        }
    }

    private void shrink(WorkerKind kind, PoolView pool) {
        if (pool.settings().leftAlone()) {
            return;
        }
        Set<String> chosen = before.pool(kind).leavers();
        Lean lean = leans.get(kind);
        Duration window = othersLack(kind) ? min(settings.handOver(), settings.down()) : settings.down();
        if (!lean.held(Lean.Direction.DOWN, window, now)) {
            leavers.put(kind, Leavers.remaining(pool, chosen).chosen());
            return;
        }
        Leavers towards = Leavers.towards(lean.to(), pool, chosen, settings.patience(), now);
        leavers.put(kind, towards.chosen());
        Map<String, Mark> missing = towards.marks().entrySet().stream()
                .filter(mark -> before.marks().get(mark.getKey()) != mark.getValue())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        marks.putAll(missing);
        if (missing.isEmpty() && towards.size() < pool.size()) {
            resizes.put(kind, towards.size());
        }
    }

    /** Whether the devices are not enough for what another pool wants, now or after all moves. */
    private boolean othersLack(WorkerKind kind) {
        return pools.values().stream()
                .filter(other -> other.kind() != kind && !other.settings().leftAlone())
                .anyMatch(other -> targets.get(other.kind()) < other.demand() || isHeldBack(other));
    }

    private boolean isHeldBack(PoolView pool) {
        Lean lean = leans.get(pool.kind());
        return lean.held(Lean.Direction.UP, settings.up(), now)
                && resizes.getOrDefault(pool.kind(), pool.size()) < lean.to();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private ScaleDecision decision() {
        Map<WorkerKind, PoolState> states = new EnumMap<>(WorkerKind.class);
        Map<WorkerKind, Integer> wanted = new EnumMap<>(WorkerKind.class);
        Set<String> allLeavers = new HashSet<>();
        pools.forEach((kind, pool) -> {
            wanted.put(kind, Optional.ofNullable(targets.get(kind)).orElse(pool.demand()));
            Set<String> chosen = leavers.getOrDefault(kind, Set.of());
            allLeavers.addAll(chosen);
            states.put(kind, new PoolState(leans.getOrDefault(kind, Lean.NONE), starts.get(kind), chosen));
        });
        Set<String> pods = seen.fleet().seats().stream()
                .flatMap(seat -> seat.member().pod().stream())
                .collect(Collectors.toSet());
        Map<String, Mark> known = new HashMap<>(before.marks());
        known.keySet().retainAll(pods);
        return new ScaleDecision(new ScaleState(states, known), wanted, resizes, marks, allLeavers);
    }
}
