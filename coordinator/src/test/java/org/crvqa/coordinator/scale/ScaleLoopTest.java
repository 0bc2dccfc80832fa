package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_EVALUATOR;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_TRAINER;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.FleetView.State;
import org.crvqa.coordinator.fleet.LatestMembers;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScaleLoopTest {
    private final FakePools pools = new FakePools();
    private final Cluster cluster = new Cluster();
    private final Cordon cordon = new Cordon(cluster);
    private final Lead lead = new Lead();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Set<String> busy = new HashSet<>();
    private final ScaleSettings settings = Scaling.settings(
            ScaleSettings.NO_BUDGET,
            Scaling.pool(WORKER_KIND_TRAINER, 0, 10),
            Scaling.pool(WORKER_KIND_EVALUATOR, 0, 10));
    private List<Member> members = List.of();
    private int ready;
    private boolean complete = true;
    private boolean deposed;
    private boolean storeIsAway;
    private boolean closesWhenAsked;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final ScaleLoop loop = new ScaleLoop(new ScaleLoop.Parts(
            settings,
            () -> CompletableFuture.completedFuture(view()),
            pools,
            cordon,
            lead,
            () -> {
                if (storeIsAway) {
                    throw new StoreException("away");
                }
                if (closesWhenAsked) {
                    stop();
                }
                return deposed;
            },
            () -> complete,
            new ScaleMetrics(meters),
            new Now()));

    @BeforeEach
    void start() {
        pools.sizes.put("trainer", 0);
        pools.sizes.put("evaluator", 0);
        cordon.subscribe(list -> members = list);
        cordon.start();
    }

    @Test
    void step_tasksWait_asksForWorkersAndTellsTheMetrics() {
        ready = 4;
        stepAfter(Scaling.UP);
        assertThat(pools.sizes).containsEntry("trainer", 4).containsEntry("evaluator", 0);
        step();
        assertThat(gauge("crvqa.workers.wanted")).isEqualTo(4);
        assertThat(gauge("crvqa.workers.asked")).isEqualTo(4);
        assertThat(gauge("crvqa.workers.tasks.ready")).isEqualTo(4);
    }

    @Test
    void step_oneIsIdle_isHeldThenMarkedThenThePoolShrinks() {
        pools.sizes.put("trainer", 2);
        cluster.tell("one", "two");
        busy.add("one");
        stepAfter(Scaling.DOWN);
        assertThat(members)
                .filteredOn(member -> !member.takesWork())
                .extracting(Member::id)
                .containsExactly("two");
        assertThat(pools.marks).isEmpty();

        step();
        assertThat(pools.marks).containsOnly(Map.entry("one", Mark.KEEP), Map.entry("two", Mark.FIRST_TO_GO));
        assertThat(pools.sizes).containsEntry("trainer", 2);

        step();
        assertThat(pools.sizes).containsEntry("trainer", 1);
    }

    @Test
    void step_markIsNotConfirmed_isTriedAgainAndThePoolKeepsItsSize() {
        pools.sizes.put("trainer", 2);
        cluster.tell("one", "two");
        busy.add("one");
        pools.unmarkable.add("one");
        stepAfter(Scaling.DOWN);
        for (int i = 0; i < 5; i++) {
            step();
        }
        assertThat(pools.sizes).containsEntry("trainer", 2);

        pools.unmarkable.clear();
        step();
        step();
        assertThat(pools.sizes).containsEntry("trainer", 1);
    }

    @Test
    void step_leadIsInDoubt_changesNothingAndWaitsAnewAfterwards() {
        ready = 4;
        step();
        lead.held = false;
        now = now.plus(Scaling.UP.multipliedBy(10));
        step();
        assertThat(pools.asked).isEqualTo(2);
        lead.held = true;
        step();
        assertThat(pools.sizes).containsEntry("trainer", 0);
        stepAfter(Scaling.UP);
        assertThat(pools.sizes).containsEntry("trainer", 4);
    }

    @Test
    void step_anotherLeads_changesNothing() {
        ready = 4;
        deposed = true;
        stepAfter(Scaling.UP);
        step();
        assertThat(pools.sizes).containsEntry("trainer", 0);
    }

    @Test
    void step_storeIsAway_changesNothingUntilItIsBack() {
        ready = 4;
        storeIsAway = true;
        stepAfter(Scaling.UP);
        assertThat(pools.sizes).containsEntry("trainer", 0);
        storeIsAway = false;
        step();
        assertThat(pools.sizes).containsEntry("trainer", 4);
    }

    @Test
    void step_clusterIsAway_changesNothingUntilItIsBack() {
        ready = 4;
        pools.away = true;
        stepAfter(Scaling.UP);
        pools.away = false;
        assertThat(pools.sizes).containsEntry("trainer", 0);
        stepAfter(Scaling.UP);
        assertThat(pools.sizes).containsEntry("trainer", 4);
    }

    @Test
    void step_experimentsAreStillRead_shrinksNothing() {
        complete = false;
        pools.sizes.put("trainer", 1);
        cluster.tell("one");
        stepAfter(Scaling.DOWN.multipliedBy(10));
        step();
        step();
        assertThat(pools.sizes).containsEntry("trainer", 1);
        assertThat(members).allMatch(Member::takesWork);
    }

    @Test
    void close_membersAreHeld_letsThemHaveWorkAndTellsNothingMore() {
        pools.sizes.put("trainer", 1);
        cluster.tell("one");
        stepAfter(Scaling.DOWN);
        assertThat(members).noneMatch(Member::takesWork);
        assertThat(gauge("crvqa.workers.asked")).isEqualTo(1);

        loop.close();

        assertThat(members).allMatch(Member::takesWork);
        assertThat(gauge("crvqa.workers.asked")).isZero();
        step();
        step();
        step();
        assertThat(members).allMatch(Member::takesWork);
        assertThat(pools.sizes).containsEntry("trainer", 1);
        assertThat(gauge("crvqa.workers.asked")).isZero();
    }

    @Test
    void close_whileTheStoreIsAsked_changesNothing() {
        ready = 4;
        closesWhenAsked = true;
        stepAfter(Scaling.UP);
        assertThat(pools.sizes).containsEntry("trainer", 0);
    }

    private void stepAfter(Duration window) {
        step();
        now = now.plus(window);
        step();
    }

    private void step() {
        loop.step();
    }

    private void stop() {
        loop.close();
    }

    private double gauge(String name) {
        return meters.get(name).tag("kind", "trainer").gauge().value();
    }

    private FleetView view() {
        return new FleetView(
                Map.of(WORKER_KIND_TRAINER, ready),
                Map.of(WORKER_KIND_TRAINER, busy.size()),
                members.stream()
                        .map(member ->
                                new FleetView.Seat(member, busy.contains(member.id()) ? State.BUSY : State.IDLE, now))
                        .toList());
    }

    /** Trainers alone. */
    private static final class Cluster implements Membership {
        private final LatestMembers latest = new LatestMembers();

        void tell(String... pods) {
            List<Member> all = new ArrayList<>();
            for (String pod : pods) {
                all.add(new Member(pod, WORKER_KIND_TRAINER, pod + ":1", true, Optional.of(pod)));
            }
            latest.tell(all);
        }

        @Override
        public void start() {
            tell();
        }

        @Override
        public Subscription subscribe(Consumer<List<Member>> listener) {
            return latest.subscribe(listener);
        }

        @Override
        public void close() {
            latest.close();
        }
    }

    private static final class FakePools implements Pools {
        private final Map<String, Integer> sizes = new HashMap<>();
        private final Map<String, Mark> marks = new HashMap<>();
        private final Set<String> unmarkable = new HashSet<>();
        private boolean away;
        private int asked;

        @Override
        public Optional<Size> size(PoolName pool) {
            asked++;
            if (away) {
                throw new PoolException("away", new IllegalStateException());
            }
            return Optional.ofNullable(sizes.get(pool.name())).map(size -> new Size(size, ""));
        }

        @Override
        public void resize(PoolName pool, Size from, int to) {
            sizes.put(pool.name(), to);
        }

        @Override
        public Set<String> mark(Map<String, Mark> wanted) {
            Map<String, Mark> done = new HashMap<>(wanted);
            done.keySet().removeAll(unmarkable);
            marks.putAll(done);
            return done.keySet();
        }
    }

    private static final class Lead implements Leadership {
        private boolean held = true;

        @Override
        public long term() {
            return 1;
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public void challenged(String by) {}
    }

    private final class Now extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
