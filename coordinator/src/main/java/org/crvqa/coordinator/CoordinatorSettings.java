package org.crvqa.coordinator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.v1.TaskKind;

/**
 * How a coordinator process runs.
 *
 * @param trainers comma-separated host:port, as pruners and evaluators
 * @param lease after which a leader that gives no sign of life may be replaced
 * @param cache folder that the artifact repository asks for; a coordinator reads manifests only
 * @param parentPid the process whose end ends this one
 */
record CoordinatorSettings(
        String trainers,
        String pruners,
        String evaluators,
        DispatchSettings dispatch,
        Duration lease,
        Path cache,
        Optional<Long> parentPid) {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(1500);

    /**
     * From CRVQA_TRAINERS, CRVQA_PRUNERS, CRVQA_EVALUATORS (each none), CRVQA_WORKER_SILENCE_SECONDS (45),
     * CRVQA_TRAINER_STALL_SECONDS, CRVQA_PRUNER_STALL_SECONDS, CRVQA_EVALUATOR_STALL_SECONDS (1800 each),
     * CRVQA_LOSSES_WITHOUT_PROGRESS (10), CRVQA_MOST_TASKS (500,000),
     * CRVQA_LEASE_SECONDS (15), CRVQA_CACHE (a folder below java.io.tmpdir),
     * CRVQA_PARENT_PID (none).
     *
     * @throws InvalidInputException when a value is malformed
     */
    static CoordinatorSettings fromEnvironment(Map<String, String> environment) {
        Duration silence = Duration.ofSeconds(
                number(environment, "CRVQA_WORKER_SILENCE_SECONDS", 1, 86_400).orElse(45L));
        int losses = number(environment, "CRVQA_LOSSES_WITHOUT_PROGRESS", 1, 1_000_000)
                .map(Long::intValue)
                .orElse(DispatchSettings.LOSSES_WITHOUT_PROGRESS);
        String cache = environment.getOrDefault(
                "CRVQA_CACHE",
                Path.of(System.getProperty("java.io.tmpdir"), "crvqa-cache").toString());
        return new CoordinatorSettings(
                environment.getOrDefault("CRVQA_TRAINERS", ""),
                environment.getOrDefault("CRVQA_PRUNERS", ""),
                environment.getOrDefault("CRVQA_EVALUATORS", ""),
                new DispatchSettings(silence, POLL_INTERVAL, losses, stalls(environment), mostTasks(environment)),
                Duration.ofSeconds(
                        number(environment, "CRVQA_LEASE_SECONDS", 1, 3600).orElse(15L)),
                Path.of(cache),
                number(environment, "CRVQA_PARENT_PID", 1, Long.MAX_VALUE));
    }

    private static int mostTasks(Map<String, String> environment) {
        return number(environment, "CRVQA_MOST_TASKS", 1, 100_000_000)
                .map(Long::intValue)
                .orElse(DispatchSettings.MOST_TASKS);
    }

    private static Map<TaskKind, Duration> stalls(Map<String, String> environment) {
        return Map.of(
                TaskKind.TASK_KIND_TRAIN, stall(environment, "CRVQA_TRAINER_STALL_SECONDS"),
                TaskKind.TASK_KIND_PRUNE, stall(environment, "CRVQA_PRUNER_STALL_SECONDS"),
                TaskKind.TASK_KIND_EVALUATE, stall(environment, "CRVQA_EVALUATOR_STALL_SECONDS"));
    }

    private static Duration stall(Map<String, String> environment, String name) {
        return number(environment, name, 1, 1_000_000).map(Duration::ofSeconds).orElse(DispatchSettings.STALL);
    }

    static Optional<Long> number(Map<String, String> environment, String name, long least, long most) {
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> value = text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
        if (value.isEmpty() || value.get() < least || value.get() > most) {
            throw new InvalidInputException(
                    name + " is \"" + text + "\", expected a whole number from " + least + " to " + most,
                    "Correct the environment variable " + name + ", or leave it unset.");
        }
        return value;
    }
}
