package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.FleetView.Seat;
import org.crvqa.coordinator.fleet.FleetView.State;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerKind;

/** What holds for every decision, whatever is seen: sequences of looks that need not even fit together. */
class ScalePlanPropertiesTest {
    private static final int LOOKS = 60;

    @Property(tries = 300)
    void decide_anythingIsSeen_keepsTheBounds(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        ScaleState state = ScaleState.FIRST;
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        for (int look = 0; look < LOOKS; look++) {
            Observation seen = anything(random, settings, now);
            ScaleDecision decision = ScalePlan.decide(settings, state, seen);
            for (Map.Entry<WorkerKind, Integer> resize : decision.resizes().entrySet()) {
                check(settings, state, seen, resize.getKey(), resize.getValue());
            }
            checkBudget(settings, seen, decision);
            assertThat(decision.leavers()).isSubsetOf(ids(seen.fleet().seats()));
            state = random.nextBoolean() ? decision.state().marked(decision.marks()) : decision.state();
            now = now.plusSeconds(1 + random.nextInt(200));
        }
    }

    private static void check(ScaleSettings settings, ScaleState before, Observation seen, WorkerKind kind, int to) {
        PoolSettings pool = settings.pools().get(kind);
        int from = seen.sizes().get(kind).workers();
        assertThat(to).isNotEqualTo(from);
        if (to > from) {
            assertThat(to).isLessThanOrEqualTo(pool.most());
            return;
        }
        List<Seat> seats = seen.fleet().seats().stream()
                .filter(seat -> seat.member().kind() == kind)
                .toList();
        assertThat(to).isGreaterThanOrEqualTo(pool.least());
        assertThat((long) to)
                .as("who may work, or may get work")
                .isGreaterThanOrEqualTo(seats.stream()
                        .filter(seat ->
                                seat.member().takesWork() || PoolView.mayWork(seat, settings.patience(), seen.now()))
                        .count());
        assertThat(seen.complete()).isTrue();
        assertThat(seats).allSatisfy(seat -> {
            Mark mark = before.marks().get(seat.member().pod().orElseThrow());
            assertThat(mark).isNotNull();
            if (seat.state() == State.BUSY || seat.member().takesWork()) {
                assertThat(mark).isEqualTo(Mark.KEEP);
            }
        });
    }

    private static void checkBudget(ScaleSettings settings, Observation seen, ScaleDecision decision) {
        long before = 0;
        long after = 0;
        boolean grows = false;
        for (Map.Entry<WorkerKind, Pools.Size> pool : seen.sizes().entrySet()) {
            int devices = settings.pools().get(pool.getKey()).devices();
            int from = pool.getValue().workers();
            int to = decision.resizes().getOrDefault(pool.getKey(), from);
            grows |= to > from;
            before += (long) from * devices;
            after += (long) Math.max(from, to) * devices;
        }
        if (grows) {
            assertThat(after).as("devices, before those who shrink have").isLessThanOrEqualTo(settings.budget());
        } else {
            assertThat(after).isEqualTo(before);
        }
    }

    @Property(tries = 200)
    void decide_nothingChanges_comesToRestWithinItsWindows(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        Map<WorkerKind, Integer> work = work(random);
        Map<WorkerKind, Integer> sizes = new EnumMap<>(WorkerKind.class);
        settings.pools().forEach((kind, pool) -> sizes.put(kind, random.nextInt(pool.most() + 3)));
        Obedient cluster = new Obedient(settings, work, sizes);

        cluster.looks(40);
        Map<WorkerKind, Integer> rest = Map.copyOf(cluster.sizes);
        int resizes = cluster.resizes;
        cluster.looks(40);

        assertThat(cluster.sizes).isEqualTo(rest);
        assertThat(cluster.resizes).as("changes after it came to rest").isEqualTo(resizes);
        assertThat(rest).isEqualTo(cluster.wanted);
        settings.pools().forEach((kind, pool) -> assertThat(rest.get(kind)).isBetween(pool.least(), pool.most()));
    }

    @Property(tries = 200)
    void decide_poolsHaveWhatTheyWant_changesNothing(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        Obedient cluster = new Obedient(settings, work(random), new EnumMap<>(WorkerKind.class));
        settings.pools().forEach((kind, pool) -> cluster.sizes.put(kind, pool.least()));
        cluster.looks(40);
        Obedient same = new Obedient(settings, cluster.work, cluster.sizes);
        same.looks(40);
        assertThat(same.resizes).isZero();
    }

    @Property(tries = 200)
    void decide_atTheFirstLook_changesNothing(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        ScaleDecision decision =
                ScalePlan.decide(settings, ScaleState.FIRST, anything(random, settings, Instant.EPOCH));
        assertThat(decision.resizes()).isEmpty();
        assertThat(decision.marks()).isEmpty();
    }

    /** In which every pod is there at once, works for as long as there is work, and every request is granted. */
    private static final class Obedient {
        private final ScaleSettings settings;
        private final Map<WorkerKind, Integer> work;
        private final Map<WorkerKind, Integer> sizes;
        private Map<WorkerKind, Integer> wanted = Map.of();
        private ScaleState state = ScaleState.FIRST;
        private Set<String> leavers = Set.of();
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private int resizes;

        Obedient(ScaleSettings settings, Map<WorkerKind, Integer> work, Map<WorkerKind, Integer> sizes) {
            this.settings = settings;
            this.work = work;
            this.sizes = new EnumMap<>(WorkerKind.class);
            this.sizes.putAll(sizes);
        }

        void looks(int looks) {
            for (int look = 0; look < looks; look++) {
                ScaleDecision decision = ScalePlan.decide(settings, state, look());
                leavers = decision.leavers();
                state = decision.state().marked(decision.marks());
                sizes.putAll(decision.resizes());
                resizes += decision.resizes().size();
                wanted = decision.wanted();
                now = now.plus(Duration.ofSeconds(60));
            }
        }

        private Observation look() {
            List<Seat> seats = new ArrayList<>();
            Map<WorkerKind, Integer> running = new EnumMap<>(WorkerKind.class);
            Map<WorkerKind, Integer> ready = new EnumMap<>(work);
            sizes.forEach((kind, size) -> {
                for (int i = 0; i < size; i++) {
                    String id = kind + "-" + i;
                    // Who leaves finishes between two looks.
                    boolean busy = !leavers.contains(id) && ready.merge(kind, 0, Integer::sum) > 0;
                    if (busy) {
                        ready.merge(kind, -1, Integer::sum);
                        running.merge(kind, 1, Integer::sum);
                    }
                    seats.add(seat(id, kind, busy ? State.BUSY : State.IDLE, !leavers.contains(id)));
                }
            });
            return new Observation(new FleetView(ready, running, seats), sizes(sizes), true, now);
        }

        private Seat seat(String id, WorkerKind kind, State is, boolean takesWork) {
            return new Seat(new Member(id, kind, id, takesWork, Optional.of(id)), is, now);
        }
    }

    private static Map<WorkerKind, Pools.Size> sizes(Map<WorkerKind, Integer> sizes) {
        Map<WorkerKind, Pools.Size> all = new EnumMap<>(WorkerKind.class);
        sizes.forEach((kind, size) -> all.put(kind, new Pools.Size(size, "")));
        return all;
    }

    private static Map<WorkerKind, Integer> work(Random random) {
        Map<WorkerKind, Integer> work = new EnumMap<>(WorkerKind.class);
        Scaling.KINDS.forEach(kind -> work.put(kind, random.nextInt(12)));
        return work;
    }

    private static Observation anything(Random random, ScaleSettings settings, Instant now) {
        Map<WorkerKind, Integer> sizes = new HashMap<>();
        List<Seat> seats = new ArrayList<>();
        settings.pools().forEach((kind, pool) -> {
            int size = random.nextInt(pool.most() + 3);
            if (random.nextInt(10) > 0) {
                sizes.put(kind, size);
            }
            for (int i = random.nextInt(size + 3); i > 0; i--) {
                String id = kind + "-" + i;
                seats.add(new Seat(
                        new Member(id, kind, id + ":1", random.nextBoolean(), Optional.of(id)),
                        State.values()[random.nextInt(State.values().length)],
                        now.minusSeconds(random.nextInt(600))));
            }
        });
        return new Observation(
                new FleetView(work(random), work(random), seats), sizes(sizes), random.nextInt(5) > 0, now);
    }

    private static List<String> ids(List<Seat> seats) {
        return seats.stream().map(seat -> seat.member().id()).toList();
    }
}
