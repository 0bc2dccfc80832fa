package org.crvqa.coordinator;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolSettings;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;

/** The environment variables that say how pools of workers are scaled. */
final class ScaleVariables {
    private static final String SWITCH = "CRVQA_SCALE";
    private static final String LEAVE_ALONE = "CRVQA_SCALE_LEAVE_ALONE";
    private static final String BUDGET = "CRVQA_SCALE_BUDGET_DEVICES";
    private static final long MOST_WORKERS = 100_000;
    private static final long MOST_DEVICES = 1_000;
    private static final long DAY_SECONDS = 86_400;
    private static final List<WorkerKind> KINDS =
            List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR);

    private final Map<String, String> environment;

    private ScaleVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * From CRVQA_SCALE (off, or on), CRVQA_SCALE_BUDGET_DEVICES (0: none), CRVQA_SCALE_LEAVE_ALONE (no kind of worker; a
     * comma-separated list), CRVQA_SCALE_UP_SECONDS (10), CRVQA_SCALE_DOWN_SECONDS (300), CRVQA_SCALE_HAND_OVER_SECONDS
     * (30), CRVQA_SCALE_START_SECONDS (600), and for each kind, as CRVQA_SCALE_TRAINER_…: _POOL (deployment/trainer), _MIN
     * (0), _MAX (required, unless the pool is left alone), _DEVICES (1 for each worker). Empty when it is off.
     *
     * @throws InvalidInputException when a value is malformed, or they contradict each other
     */
    static Optional<ScaleSettings> from(Map<String, String> environment) {
        String on = environment.getOrDefault(SWITCH, "").strip();
        if (on.isEmpty() || on.equals("off")) {
            return Optional.empty();
        }
        if (!on.equals("on")) {
            throw wrong(SWITCH, on, "on or off");
        }
        return Optional.of(new ScaleVariables(environment).settings());
    }

    private ScaleSettings settings() {
        Set<WorkerKind> alone = leftAlone();
        Map<WorkerKind, PoolSettings> pools = new EnumMap<>(WorkerKind.class);
        for (WorkerKind kind : KINDS) {
            pools.put(kind, pool(kind, alone.contains(kind)));
        }
        long budget = number(BUDGET, 0, 1_000_000_000).orElse(0L);
        long least = pools.values().stream()
                .filter(pool -> !pool.leftAlone())
                .mapToLong(pool -> (long) pool.least() * pool.devices())
                .sum();
        if (budget > 0 && least > budget) {
            throw new InvalidInputException(
                    BUDGET + " is " + budget + ", but the least numbers of the pools need " + least + " devices",
                    "Raise " + BUDGET + ", or lower CRVQA_SCALE_TRAINER_MIN and its sisters.");
        }
        return new ScaleSettings(
                pools,
                budget == 0 ? ScaleSettings.NO_BUDGET : budget,
                seconds("CRVQA_SCALE_UP_SECONDS", 10),
                seconds("CRVQA_SCALE_DOWN_SECONDS", 300),
                seconds("CRVQA_SCALE_HAND_OVER_SECONDS", 30),
                seconds("CRVQA_SCALE_START_SECONDS", 600));
    }

    private Set<WorkerKind> leftAlone() {
        Set<WorkerKind> alone = EnumSet.noneOf(WorkerKind.class);
        for (String part : environment.getOrDefault(LEAVE_ALONE, "").split(",", -1)) {
            String name = part.strip();
            if (!name.isEmpty()) {
                alone.add(KINDS.stream()
                        .filter(kind -> EnumNames.of(kind).equals(name))
                        .findFirst()
                        .orElseThrow(() -> wrong(LEAVE_ALONE, name, "trainer, pruner, evaluator, or several of them")));
            }
        }
        return alone;
    }

    private PoolSettings pool(WorkerKind kind, boolean leftAlone) {
        String prefix = SWITCH + "_" + EnumNames.of(kind).toUpperCase(Locale.ROOT);
        String name = environment
                .getOrDefault(prefix + "_POOL", "deployment/" + EnumNames.of(kind))
                .strip();
        PoolName pool = PoolName.parse(name)
                .orElseThrow(() -> wrong(prefix + "_POOL", name, "deployment/NAME or statefulset/NAME"));
        int least = number(prefix + "_MIN", 0, MOST_WORKERS).orElse(0L).intValue();
        int most = number(prefix + "_MAX", 0, MOST_WORKERS)
                .or(() -> leftAlone ? Optional.of(MOST_WORKERS) : Optional.empty())
                .orElseThrow(() -> new InvalidInputException(
                        prefix + "_MAX is missing",
                        "Say how many workers " + pool + " may have, or name it in " + LEAVE_ALONE + "."))
                .intValue();
        if (most < least) {
            throw wrong(prefix + "_MAX", Integer.toString(most), "at least " + prefix + "_MIN, which is " + least);
        }
        int devices = number(prefix + "_DEVICES", 0, MOST_DEVICES).orElse(1L).intValue();
        return new PoolSettings(pool, least, most, devices, leftAlone);
    }

    private Duration seconds(String name, long otherwise) {
        return Duration.ofSeconds(number(name, 0, DAY_SECONDS).orElse(otherwise));
    }

    private Optional<Long> number(String name, long least, long most) {
        return CoordinatorSettings.number(environment, name, least, most);
    }

    private static InvalidInputException wrong(String name, String value, String expected) {
        return new InvalidInputException(
                name + " is \"" + value + "\", expected " + expected, "Correct the environment variable " + name + ".");
    }
}
