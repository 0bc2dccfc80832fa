package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerKind;
import org.jspecify.annotations.Nullable;

/**
 * Three pools of a made-up cluster, the tasks of studies that run in them, and {@link ScalePlan} that scales them. Pods start
 * slowly or never, are evicted, and are ended by the rules of a Kubernetes deployment. Between what the plan sees and what is
 * done of it the world moves on. Everything follows from a seed.
 */
final class PoolWorld {
    static final Duration TICK = ScaleLoop.INTERVAL;
    private static final double REFUSED = 0.1;

    private final Random random;
    private final Map<WorkerKind, Integer> sizes = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Integer> ready = new EnumMap<>(WorkerKind.class);
    private final List<Pod> pods = new ArrayList<>();
    private final Map<String, Mark> marks = new HashMap<>();
    private final List<String> killed = new ArrayList<>();
    private ScaleSettings settings;
    private ScaleState state = ScaleState.FIRST;
    private Set<String> cordoned = Set.of();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int names;
    private int resizes;
    private int evaluated;

    /** Kinds of which no pod ever gets ready. */
    Set<WorkerKind> broken = Set.of();
    /** What is wrong with the cluster: who ends pods at random, or the dispatcher gives work to whom it should not. */
    boolean ignoresMarks;

    boolean ignoresHolds;

    /** Probability per tick that some pod is evicted. */
    double evictions;
    /** Longest time for a pod to start, and for a task to run, in ticks. */
    int slowest = 20;

    int longest = 60;

    PoolWorld(ScaleSettings settings, long seed) {
        this.settings = settings;
        this.random = new Random(seed);
        settings.pools().forEach((kind, pool) -> {
            sizes.put(kind, pool.least());
            ready.put(kind, 0);
        });
    }

    private static final class Pod {
        final String name;
        final WorkerKind kind;
        final Instant made;
        final Instant seat;
        final Instant answers;
        Instant since;

        @Nullable
        Instant ends;

        @Nullable
        Instant gone;

        Pod(String name, WorkerKind kind, Instant made, Instant seat, Instant answers) {
            this.name = name;
            this.kind = kind;
            this.made = made;
            this.seat = seat;
            this.answers = answers;
            this.since = seat;
        }

        boolean isBusy() {
            return ends != null;
        }

        boolean isLeaving() {
            return gone != null;
        }
    }

    void settings(ScaleSettings changed) {
        settings = changed;
    }

    /** As a person does it. */
    void size(WorkerKind kind, int size) {
        sizes.put(kind, size);
    }

    int size(WorkerKind kind) {
        return sizes.get(kind);
    }

    void add(WorkerKind kind, int tasks) {
        ready.merge(kind, tasks, Integer::sum);
    }

    int waiting(WorkerKind kind) {
        return ready.get(kind);
    }

    int evaluated() {
        return evaluated;
    }

    int resizes() {
        return resizes;
    }

    int running() {
        return (int) pods.stream().filter(Pod::isBusy).count();
    }

    /** Pods that the deployment ended while they worked. */
    List<String> killed() {
        return killed;
    }

    long devicesAskedFor() {
        return sizes.entrySet().stream()
                .mapToLong(size -> (long) size.getValue()
                        * settings.pools().get(size.getKey()).devices())
                .sum();
    }

    /** What the next look sees. */
    Observation look() {
        Map<WorkerKind, Integer> running = new EnumMap<>(WorkerKind.class);
        List<FleetView.Seat> seats = new ArrayList<>();
        for (Pod pod : pods) {
            if (pod.isBusy()) {
                running.merge(pod.kind, 1, Integer::sum);
            }
            if (!pod.seat.isAfter(now)) {
                boolean answers = !pod.answers.isAfter(now);
                seats.add(new FleetView.Seat(
                        new Member(pod.name, pod.kind, pod.name + ":1", takesWork(pod), Optional.of(pod.name)),
                        answers ? pod.isBusy() ? FleetView.State.BUSY : FleetView.State.IDLE : FleetView.State.UNKNOWN,
                        pod.since));
            }
        }
        Map<WorkerKind, Pools.Size> asked = new EnumMap<>(WorkerKind.class);
        sizes.forEach((kind, size) -> asked.put(kind, new Pools.Size(size, "")));
        return new Observation(new FleetView(ready, running, seats), asked, true, now);
    }

    private boolean takesWork(Pod pod) {
        return !pod.isLeaving() && !pod.answers.isAfter(now) && !cordoned.contains(pod.name);
    }

    /** One look of the plan, while tasks and pods go on; then time passes. */
    void tick() {
        Observation seen = look();
        ScaleDecision decision = ScalePlan.decide(settings, state, seen);
        work();
        apply(decision);
        evict();
        deployments();
        now = now.plus(TICK);
        pods.removeIf(pod -> pod.gone != null && !pod.gone.isAfter(now));
    }

    private void apply(ScaleDecision decision) {
        state = decision.state();
        cordoned = decision.leavers();
        Map<String, Mark> confirmed = new HashMap<>();
        decision.marks().forEach((pod, mark) -> {
            if (random.nextDouble() >= REFUSED) {
                marks.put(pod, mark);
                confirmed.put(pod, mark);
            }
        });
        state = state.marked(confirmed);
        decision.resizes().forEach((kind, size) -> {
            if (random.nextDouble() >= REFUSED) {
                sizes.put(kind, size);
                resizes++;
            }
        });
    }

    private void work() {
        for (Pod pod : pods) {
            if (pod.ends != null && !pod.ends.isAfter(now)) {
                pod.ends = null;
                pod.since = now;
                finished(pod.kind);
            }
            boolean takes = takesWork(pod) || ignoresHolds && cordoned.contains(pod.name) && !pod.isLeaving();
            if (!pod.isBusy() && takes && ready.get(pod.kind) > 0) {
                ready.merge(pod.kind, -1, Integer::sum);
                pod.ends = now.plus(TICK.multipliedBy(1 + random.nextInt(longest)));
                pod.since = now;
            }
        }
    }

    private void finished(WorkerKind kind) {
        switch (kind) {
            case WORKER_KIND_TRAINER -> {
                add(WorkerKind.WORKER_KIND_PRUNER, 1);
                add(WorkerKind.WORKER_KIND_EVALUATOR, 1);
            }
            case WORKER_KIND_PRUNER -> add(WorkerKind.WORKER_KIND_EVALUATOR, 1);
            default -> evaluated++;
        }
    }

    private void evict() {
        if (!pods.isEmpty() && random.nextDouble() < evictions) {
            end(pods.get(random.nextInt(pods.size())));
        }
    }

    private void end(Pod pod) {
        if (pod.isBusy()) {
            pod.ends = null;
            add(pod.kind, 1);
        }
        pod.gone = pod.seat.isAfter(now) ? now : now.plus(TICK.multipliedBy(random.nextInt(6)));
    }

    private void deployments() {
        sizes.forEach((kind, size) -> {
            List<Pod> active = new ArrayList<>(pods.stream()
                    .filter(pod -> pod.kind == kind && !pod.isLeaving())
                    .sorted(firstToGo())
                    .toList());
            while (active.size() > size) {
                Pod victim = active.remove(0);
                if (victim.isBusy()) {
                    killed.add(victim.name);
                }
                end(victim);
            }
            for (int missing = size - active.size(); missing > 0; missing--) {
                Instant seat = now.plus(TICK.multipliedBy(1 + random.nextInt(slowest)));
                Instant answers =
                        broken.contains(kind) ? Instant.MAX : seat.plus(TICK.multipliedBy(1 + random.nextInt(3)));
                boolean scheduled = !broken.contains(kind) || random.nextBoolean();
                pods.add(new Pod("pod-" + names++, kind, now, scheduled ? seat : Instant.MAX, answers));
            }
        });
    }

    /** As a replica set does it: without address first, then not ready, then by mark, then the youngest. */
    private Comparator<Pod> firstToGo() {
        return Comparator.comparing((Pod pod) -> !pod.seat.isAfter(now))
                .thenComparing(pod -> !pod.answers.isAfter(now))
                .thenComparing(pod -> ignoresMarks ? pod.name.hashCode() : 0)
                .thenComparing(pod -> switch (Optional.ofNullable(marks.get(pod.name))
                        .map(Mark::name)
                        .orElse("")) {
                    case "FIRST_TO_GO" -> -1;
                    case "KEEP" -> 1;
                    default -> 0;
                })
                .thenComparing(pod -> pod.made, Comparator.reverseOrder());
    }
}
