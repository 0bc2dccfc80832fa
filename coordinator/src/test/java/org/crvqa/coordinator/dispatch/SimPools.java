package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.coordinator.scale.Mark;
import org.crvqa.coordinator.scale.PoolException;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolSettings;
import org.crvqa.coordinator.scale.Pools;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.task.v1.WorkerKind;

/**
 * Pools of pods as a cluster keeps them: it makes pods, which start soon, late or never, until there are as many as were asked
 * for, and ends some where there are more, by the marks that they have.
 */
final class SimPools {
    private static final int MOST = 3;
    private static final long LONG = 30_000;

    private final SimTime time;
    private final SimMembers members;
    private final SimJudge judge;
    private final Map<WorkerKind, Integer> asked = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Integer> starting = new EnumMap<>(WorkerKind.class);
    private final Map<String, Mark> marks = new HashMap<>();
    private final Map<WorkerKind, Integer> changes = new EnumMap<>(WorkerKind.class);
    private final boolean keepsMarks;
    private boolean calm;

    SimPools(SimTime time, SimMembers members, SimJudge judge, boolean keepsMarks) {
        this.time = time;
        this.members = members;
        this.judge = judge;
        this.keepsMarks = keepsMarks;
    }

    private static PoolName name(WorkerKind kind) {
        return new PoolName(PoolName.Controller.DEPLOYMENT, kind.name().toLowerCase(Locale.ROOT));
    }

    private static WorkerKind kind(PoolName pool) {
        return WorkerKind.valueOf(pool.name().toUpperCase(Locale.ROOT));
    }

    /** As one start of a coordinator is told: budgets shrink and grow. */
    ScaleSettings settings() {
        Map<WorkerKind, PoolSettings> pools = new EnumMap<>(WorkerKind.class);
        Simulation.KINDS.forEach(kind -> pools.put(kind, new PoolSettings(name(kind), 0, MOST, 1, false)));
        return new ScaleSettings(
                pools,
                time.oneIn(4) ? ScaleSettings.NO_BUDGET : time.between(1, 6),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(8),
                Duration.ofSeconds(30));
    }

    /** These are there at the beginning, since somebody asked for them. */
    void begin() {
        for (SimWorker worker : members.workers) {
            asked.merge(worker.kind, 1, Integer::sum);
        }
    }

    /** What the cluster says to one coordinator. {@code settings}: what that one keeps to. */
    Pools of(SimProcess process, ScaleSettings settings) {
        return new Pools() {
            @Override
            public Optional<Size> size(PoolName pool) {
                reachable();
                WorkerKind kind = kind(pool);
                return Optional.of(new Size(asked.getOrDefault(kind, 0), "" + changes.getOrDefault(kind, 0)));
            }

            @Override
            public void resize(PoolName pool, Size from, int to) {
                reachable();
                WorkerKind kind = kind(pool);
                if (!from.version().equals("" + changes.getOrDefault(kind, 0))) {
                    throw new PoolException(pool + " has changed", new IllegalStateException());
                }
                SimPools.this.resize(process, settings, kind, to);
            }

            @Override
            public Set<String> mark(Map<String, Mark> wanted) {
                reachable();
                Set<String> done = new HashSet<>();
                wanted.forEach((pod, mark) -> {
                    if (calm || !time.oneIn(10)) {
                        marks.put(pod, keepsMarks ? mark : Mark.KEEP);
                        done.add(pod);
                    }
                });
                return done;
            }
        };
    }

    private void reachable() {
        if (members.isAway() || !calm && time.oneIn(20)) {
            throw new PoolException("the cluster does not answer", new IllegalStateException());
        }
    }

    private void resize(SimProcess process, ScaleSettings settings, WorkerKind kind, int to) {
        int from = asked.getOrDefault(kind, 0);
        time.note(process.name + " asks for " + to + " of " + kind + " instead of " + from);
        PoolSettings pool = settings.pools().get(kind);
        asked.put(kind, to);
        changes.merge(kind, 1, Integer::sum);
        int all = asked.values().stream().mapToInt(Integer::intValue).sum();
        if (to < pool.least() || to > pool.most() && to > from) {
            judge.violated(process.name + " asks for " + to + " of " + kind);
        }
        if (to > from && all > settings.budget()) {
            judge.violated(process.name + " asks for " + all + " devices, and has " + settings.budget());
        }
        reconcile(kind);
    }

    /** Makes pods, or ends some, until there are as many as were asked for. */
    void reconcile(WorkerKind kind) {
        int more = asked.getOrDefault(kind, 0)
                - starting.getOrDefault(kind, 0)
                - there(kind).size();
        for (; more > 0; more--) {
            starting.merge(kind, 1, Integer::sum);
            if (calm || !time.oneIn(8)) {
                time.in(time.between(500, calm ? 5_000 : 60_000), "", () -> started(kind));
            }
        }
        for (; more < 0; more++) {
            if (starting.getOrDefault(kind, 0) > 0) {
                starting.merge(kind, -1, Integer::sum);
            } else {
                end(kind);
            }
        }
    }

    private void started(WorkerKind kind) {
        if (starting.getOrDefault(kind, 0) > 0) {
            starting.merge(kind, -1, Integer::sum);
            members.create(kind);
        }
    }

    private List<SimWorker> there(WorkerKind kind) {
        return members.workers.stream()
                .filter(worker -> worker.kind == kind && !worker.isDeleted())
                .toList();
    }

    /** Not ready ones first, then by their marks, as a replica set does. */
    private void end(WorkerKind kind) {
        there(kind).stream()
                .min(Comparator.comparing((SimWorker worker) -> worker.process.alive())
                        .thenComparing(worker -> marks.get(worker.name) != Mark.FIRST_TO_GO)
                        .thenComparing(worker -> marks.get(worker.name) == Mark.KEEP)
                        .thenComparing(worker -> worker.name))
                .ifPresent(worker -> {
                    if (worker.current != null && worker.steadyFor(LONG) && members.rightFor(LONG)) {
                        judge.violated(worker.name + ", which works, is ended because its pool shrinks");
                    }
                    members.delete(worker);
                });
    }

    /** A pod that should have started long ago does, and all others from now on. */
    void mend() {
        calm = true;
        for (WorkerKind kind : Simulation.KINDS) {
            starting.put(kind, 0);
            reconcile(kind);
        }
    }
}
