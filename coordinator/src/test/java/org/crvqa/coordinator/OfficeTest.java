package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.api.ExperimentMetrics;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.GrpcConnector;
import org.crvqa.coordinator.fleet.StaticMembership;
import org.crvqa.coordinator.scale.Cordon;
import org.crvqa.coordinator.scale.Mark;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolSettings;
import org.crvqa.coordinator.scale.Pools;
import org.crvqa.coordinator.scale.ScaleMetrics;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.study.StoreFixture;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficeTest {
    /** Does not end while a test runs, so that nothing happens that a test does not do. */
    private static final Duration LEASE = Duration.ofHours(1);

    @TempDir
    Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void start_aloneWithItsStore_leads() {
        try (Office office = office("one:9100")) {
            office.start();

            await(() -> office.coordinator().isPresent());
            assertThat(office.coordinator().orElseThrow().leadership().isHeld()).isTrue();
            assertThat(office.leader()).hasValue("one:9100");
        }
    }

    @Test
    void start_storeDoesNotAnswer_returnsAtOnceAndLeadsWhenItDoes() {
        CountDownLatch answers = new CountDownLatch(1);
        ObjectStore hung = InterceptedStore.ofAll(fixture.store, (method, name) -> {
            if (method.equals("visit") && name.startsWith("experiments/")) {
                answers.await();
            }
        });
        try (Office office = office("one:9100", hung, Clock.systemUTC())) {
            office.start();

            await(() -> office.leader().isPresent());
            assertThat(office.coordinator()).isEmpty();
            assertThat(office.whyNot()).contains("still reading");
            answers.countDown();
            await(() -> office.coordinator().isPresent());
        }
    }

    @Test
    void start_anotherLeads_standsByAndNamesIt_untilThatOneStops() {
        Office one = office("one:9100");
        one.start();
        await(() -> one.coordinator().isPresent());
        try (Office other = office("other:9100")) {
            other.start();
            await(() -> other.leader().isPresent());
            assertThat(other.coordinator()).isEmpty();
            assertThat(other.whyNot()).contains("stands by", "one:9100");
            one.close();
            assertThat(one.coordinator()).isEmpty();

            try (Office next = office("next:9100")) {
                next.start();
                await(() ->
                        next.coordinator().isPresent() || other.coordinator().isPresent());
            }
        }
    }

    @Test
    void start_sameNameAsTheOneBefore_leadsAtOnce() {
        try (Office killed = office("one:9100");
                Office restarted = office("one:9100")) {
            killed.start();
            await(() -> killed.coordinator().isPresent());

            restarted.start();

            await(() -> restarted.coordinator().isPresent());
        }
    }

    @Test
    void look_leadNotRenewedForTwoLeases_servesNobodyUntilItIs() {
        StillClock clock = new StillClock();
        try (Office office = office("one:9100", fixture.store, clock)) {
            office.start();
            await(() -> office.coordinator().isPresent());
            clock.pass(LEASE.multipliedBy(2).minusSeconds(1));
            office.look();
            assertThat(office.coordinator()).isPresent();

            clock.pass(Duration.ofSeconds(1));
            office.look();

            assertThat(office.coordinator()).isEmpty();
            assertThat(office.whyNot()).contains("lost touch with its store");
            office.challenged();
            await(() -> {
                office.look();
                return office.coordinator().isPresent();
            });
        }
    }

    @Test
    void leads_poolIsSmallerThanItsLeast_asksForThatAndSaysThatItLeads_untilItStops() {
        Grown pools = new Grown();
        List<Boolean> said = new CopyOnWriteArrayList<>();
        Cordon cordon = new Cordon(new StaticMembership("", "", ""));
        cordon.start();
        PoolSettings pool = new PoolSettings(new PoolName(PoolName.Controller.DEPLOYMENT, "trainer"), 2, 5, 1, false);
        Workers workers = new Workers(
                cordon,
                Optional.of(new Workers.Scaling(
                        new ScaleSettings(
                                Map.of(WorkerKind.WORKER_KIND_TRAINER, pool),
                                ScaleSettings.NO_BUDGET,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ofHours(1)),
                        pools,
                        cordon,
                        new ScaleMetrics(new SimpleMeterRegistry()))),
                said::add,
                cordon::close,
                "made up");
        try (Office office = office("one:9100", fixture.store, Clock.systemUTC(), workers)) {
            office.start();
            await(() -> pools.workers == 2);
            await(() -> said.contains(true));
        }
        assertThat(said.get(said.size() - 1)).isFalse();
    }

    /** A pool of a cluster that does what it is asked for. */
    private static final class Grown implements Pools {
        private volatile int workers;

        @Override
        public Optional<Size> size(PoolName pool) {
            return Optional.of(new Size(workers, ""));
        }

        @Override
        public void resize(PoolName pool, Size from, int to) {
            workers = to;
        }

        @Override
        public Set<String> mark(Map<String, Mark> marks) {
            return marks.keySet();
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("a minute without what was waited for")
                    .isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void instance_boundToAnyAddress_isNamedAfterTheMachine() {
        assertThat(Instance.name("0.0.0.0", "9100", "node-1")).isEqualTo("node-1:9100");
        assertThat(Instance.name("127.0.0.1", "9100", "node-1")).isEqualTo("node-1:9100");
        assertThat(Instance.name("10.0.0.7", "9100", "node-1")).isEqualTo("10.0.0.7:9100");
    }

    private Office office(String instance) {
        return office(instance, fixture.store, Clock.systemUTC());
    }

    private Office office(String instance, ObjectStore store, Clock steady) {
        return office(instance, store, steady, Workers.of(new StaticMembership("", "", ""), "none"));
    }

    private Office office(String instance, ObjectStore store, Clock steady, Workers workers) {
        CoordinatorSettings settings = new CoordinatorSettings(
                "",
                "",
                "",
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofSeconds(1)),
                LEASE,
                folder.resolve("cache"),
                Optional.empty());
        return new Office(
                new Foundation(
                        settings,
                        store,
                        "",
                        new ArtifactRepository(store, folder.resolve("cache")),
                        workers,
                        new GrpcConnector(),
                        new DispatchMetrics(new SimpleMeterRegistry()),
                        new ExperimentMetrics(new SimpleMeterRegistry()),
                        Clock.systemUTC(),
                        steady),
                new ServingStatus(new GrpcHealthStorage()),
                instance);
    }
}
