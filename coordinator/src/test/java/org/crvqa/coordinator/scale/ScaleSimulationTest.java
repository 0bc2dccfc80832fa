package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_EVALUATOR;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_PRUNER;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_TRAINER;

import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Studies in pools that are scaled, in a made-up cluster; see {@link PoolWorld}. */
class ScaleSimulationTest {
    private static final int LONG = 20_000;

    @Property(tries = 100)
    void studies_podsStartSlowlyAndAreEvicted_areFinishedWithinTheBudget(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        PoolWorld world = new PoolWorld(settings, seed);
        world.evictions = random.nextDouble() * 0.05;
        int studies = 1 + random.nextInt(40);
        world.add(WORKER_KIND_TRAINER, studies);

        for (int tick = 0; tick < LONG && world.evaluated() < 2 * studies; tick++) {
            tickWithinBudget(world, settings.budget());
        }

        assertThat(world.evaluated()).isEqualTo(2 * studies);
        assertThat(world.killed()).isEmpty();
    }

    @Property(tries = 50)
    void workEnds_everything_comesToRestAtTheLeast(@ForAll long seed) {
        Random random = new Random(seed);
        ScaleSettings settings = Scaling.settings(random);
        PoolWorld world = new PoolWorld(settings, seed);
        world.add(WORKER_KIND_TRAINER, 1 + random.nextInt(20));
        for (int tick = 0; tick < 4000; tick++) {
            world.tick();
        }
        settings.pools().forEach((kind, pool) -> assertThat(world.size(kind)).isEqualTo(pool.least()));

        int before = world.resizes();
        for (int tick = 0; tick < 1000; tick++) {
            world.tick();
        }
        assertThat(world.resizes()).isEqualTo(before);
    }

    @Property(tries = 50)
    void podsOfOneKind_neverStart_othersWorkAllTheSame(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int budget) {
        PoolWorld world = new PoolWorld(
                Scaling.settings(
                        budget, Scaling.pool(WORKER_KIND_TRAINER, 0, 4), Scaling.pool(WORKER_KIND_EVALUATOR, 0, 4)),
                seed);
        world.broken = Set.of(WORKER_KIND_EVALUATOR);
        world.add(WORKER_KIND_EVALUATOR, 10);
        world.add(WORKER_KIND_TRAINER, 10);

        for (int tick = 0; tick < LONG && world.waiting(WORKER_KIND_TRAINER) + world.running() > 0; tick++) {
            tickWithinBudget(world, budget);
        }

        assertThat(world.waiting(WORKER_KIND_TRAINER)).isZero();
        assertThat(world.killed()).isEmpty();

        world.broken = Set.of();
        for (int tick = 0; tick < LONG && world.waiting(WORKER_KIND_EVALUATOR) + world.running() > 0; tick++) {
            tickWithinBudget(world, budget);
        }
        assertThat(world.waiting(WORKER_KIND_EVALUATOR)).isZero();
    }

    @Property(tries = 50)
    void budget_shrinksUnderWork_isKeptWhenTasksEndAndNothingIsKilled(@ForAll long seed) {
        Scaling.Pool trainers = Scaling.pool(WORKER_KIND_TRAINER, 0, 16);
        Scaling.Pool pruners = Scaling.pool(WORKER_KIND_PRUNER, 0, 16);
        Scaling.Pool evaluators = Scaling.pool(WORKER_KIND_EVALUATOR, 0, 16);
        PoolWorld world = new PoolWorld(Scaling.settings(16, trainers, pruners, evaluators), seed);
        world.add(WORKER_KIND_TRAINER, 60);
        for (int tick = 0; tick < 200; tick++) {
            world.tick();
        }
        assertThat(world.devicesAskedFor()).isGreaterThan(4);

        world.settings(Scaling.settings(4, trainers, pruners, evaluators));
        for (int tick = 0; tick < 400; tick++) {
            world.tick();
        }
        assertThat(world.devicesAskedFor()).isLessThanOrEqualTo(4);

        for (int tick = 0; tick < LONG && world.evaluated() < 120; tick++) {
            tickWithinBudget(world, 4);
        }
        assertThat(world.evaluated()).isEqualTo(120);
        assertThat(world.killed()).isEmpty();
    }

    /** A stage that never runs out of work keeps its devices, but not the last one that another stage needs. */
    @Property(tries = 20)
    void stageWithEndlessWork_anotherHasSome_letsItHaveAWorker(@ForAll long seed) {
        PoolWorld world = new PoolWorld(
                Scaling.settings(4, Scaling.pool(WORKER_KIND_TRAINER, 0, 4), Scaling.pool(WORKER_KIND_EVALUATOR, 0, 4)),
                seed);
        world.add(WORKER_KIND_TRAINER, 1_000_000);
        for (int tick = 0; tick < 300; tick++) {
            tickWithinBudget(world, 4);
        }
        world.add(WORKER_KIND_EVALUATOR, 5);
        for (int tick = 0; tick < 4000; tick++) {
            tickWithinBudget(world, 4);
        }
        assertThat(world.evaluated()).isGreaterThan(5);
        assertThat(world.killed()).isEmpty();
    }

    private static void tickWithinBudget(PoolWorld world, long budget) {
        long before = world.devicesAskedFor();
        world.tick();
        assertThat(world.devicesAskedFor()).isLessThanOrEqualTo(Math.max(before, budget));
    }
}
