package org.crvqa.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crvqa.artifacts.InvalidInputException;

/**
 * How a worker process runs. Nothing here decides a result, except that other devices and thread counts round
 * differently.
 *
 * @param device what {@link WorkHandler#startEngine} is asked for: {@code cpu}, {@code gpu:0} or {@code auto}
 * @param threads compute threads, at least 1
 * @param cache folder for verified copies of remote files and for drafts
 * @param heartbeat the longest silence on an event stream
 * @param drain how long the running task may go on after SIGTERM
 * @param parentPid the process whose end ends this one
 * @param cadence how often resumable states are saved
 * @param storePatience how long a finished result waits for a store that is away
 * @param stuckAfter how long a task that must stop may give no sign before this process ends
 * @param allowHalt whether an assignment may end this process, to test resuming
 */
public record WorkerSettings(
        String device,
        int threads,
        Path cache,
        Duration heartbeat,
        Duration drain,
        Optional<Long> parentPid,
        StateCadence cadence,
        Duration storePatience,
        Duration stuckAfter,
        boolean allowHalt) {
    /**
     * From CRVQA_DEVICE (cpu), CRVQA_THREADS (1), CRVQA_CACHE (a folder below java.io.tmpdir), CRVQA_HEARTBEAT_SECONDS
     * (5), CRVQA_DRAIN_SECONDS (25), CRVQA_PARENT_PID (none), CRVQA_CHECKPOINT_SECONDS (300; 0: never by time),
     * CRVQA_CHECKPOINT_STEPS (0: never by steps), CRVQA_STORE_PATIENCE_SECONDS (1800), CRVQA_STUCK_SECONDS (300), CRVQA_ALLOW_HALT
     * (false).
     *
     * @throws InvalidInputException when a value is malformed; which devices there are is for the engine to say
     */
    public static WorkerSettings fromEnvironment(Map<String, String> environment) {
        String cache = environment.getOrDefault(
                "CRVQA_CACHE",
                Path.of(System.getProperty("java.io.tmpdir"), "crvqa-cache").toString());
        return new WorkerSettings(
                Optional.ofNullable(environment.get("CRVQA_DEVICE"))
                        .filter(device -> !device.isBlank())
                        .orElse("cpu"),
                (int) number(environment, "CRVQA_THREADS", 1, 1, 4096),
                Path.of(cache),
                Duration.ofSeconds(number(environment, "CRVQA_HEARTBEAT_SECONDS", 5, 1, 3600)),
                Duration.ofSeconds(number(environment, "CRVQA_DRAIN_SECONDS", 25, 0, 86_400)),
                Optional.ofNullable(environment.get("CRVQA_PARENT_PID"))
                        .map(pid -> number(environment, "CRVQA_PARENT_PID", 1, 1, Long.MAX_VALUE)),
                new StateCadence(
                        Duration.ofSeconds(number(environment, "CRVQA_CHECKPOINT_SECONDS", 300, 0, 86_400)),
                        number(environment, "CRVQA_CHECKPOINT_STEPS", 0, 0, Long.MAX_VALUE)),
                Duration.ofSeconds(number(environment, "CRVQA_STORE_PATIENCE_SECONDS", 1800, 0, 604_800)),
                Duration.ofSeconds(number(environment, "CRVQA_STUCK_SECONDS", 300, 10, 86_400)),
                flag(environment, "CRVQA_ALLOW_HALT"));
    }

    private static boolean flag(Map<String, String> environment, String name) {
        String text = environment.getOrDefault(name, "").strip();
        return switch (text) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw malformed(name, text, "true or false");
        };
    }

    private static long number(Map<String, String> environment, String name, long unset, long least, long most) {
        String text = environment.get(name);
        if (text == null || text.isBlank()) {
            return unset;
        }
        Function<String, InvalidInputException> refuse =
                found -> malformed(name, found, "a whole number from " + least + " to " + most);
        try {
            long value = Long.parseLong(text.strip());
            if (value < least || value > most) {
                throw refuse.apply(text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw refuse.apply(text);
        }
    }

    private static InvalidInputException malformed(String name, String found, String expected) {
        return new InvalidInputException(
                name + " is \"" + found + "\", expected " + expected,
                "Set the environment variable " + name + " to " + expected + ", or leave it unset.");
    }
}
