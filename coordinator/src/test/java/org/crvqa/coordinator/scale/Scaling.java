package org.crvqa.coordinator.scale;

import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_EVALUATOR;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_PRUNER;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_TRAINER;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;

/** Settings for tests. */
final class Scaling {
    static final Duration UP = Duration.ofSeconds(10);
    static final Duration DOWN = Duration.ofSeconds(120);
    static final Duration HAND_OVER = Duration.ofSeconds(30);
    static final Duration PATIENCE = Duration.ofSeconds(300);
    static final List<WorkerKind> KINDS = List.of(WORKER_KIND_TRAINER, WORKER_KIND_PRUNER, WORKER_KIND_EVALUATOR);

    private Scaling() {}

    record Pool(WorkerKind kind, PoolSettings settings) {
        Pool leftAlone() {
            return new Pool(
                    kind,
                    new PoolSettings(settings.name(), settings.least(), settings.most(), settings.devices(), true));
        }

        Pool devices(int devices) {
            return new Pool(kind, new PoolSettings(settings.name(), settings.least(), settings.most(), devices, false));
        }

        Pool statefulSet() {
            return new Pool(
                    kind,
                    new PoolSettings(
                            new PoolName(
                                    PoolName.Controller.STATEFULSET,
                                    settings.name().name()),
                            settings.least(),
                            settings.most(),
                            settings.devices(),
                            false));
        }
    }

    static Pool pool(WorkerKind kind, int least, int most) {
        return new Pool(
                kind,
                new PoolSettings(
                        new PoolName(PoolName.Controller.DEPLOYMENT, EnumNames.of(kind)), least, most, 1, false));
    }

    static ScaleSettings settings(long budget, Pool... pools) {
        return new ScaleSettings(
                Arrays.stream(pools).collect(Collectors.toMap(Pool::kind, Pool::settings)),
                budget,
                UP,
                DOWN,
                HAND_OVER,
                PATIENCE);
    }

    /** Three pools whose least numbers fit into the budget, where there is one, with room for one more of any kind. */
    static ScaleSettings settings(Random random) {
        Pool[] pools = new Pool[KINDS.size()];
        long least = 0;
        int largest = 0;
        for (int i = 0; i < pools.length; i++) {
            int from = random.nextInt(3);
            int devices = 1 + random.nextInt(3);
            pools[i] = pool(KINDS.get(i), from, from + 1 + random.nextInt(6)).devices(devices);
            least += (long) from * devices;
            largest = Math.max(largest, devices);
        }
        long budget = random.nextInt(4) == 0 ? ScaleSettings.NO_BUDGET : least + largest + random.nextInt(8);
        return settings(budget, pools);
    }
}
