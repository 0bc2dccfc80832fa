package org.crvqa.coordinator.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.study.attempt.Charges;
import org.crvqa.study.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Knows what really happened, whatever any coordinator believes, and checks what workers and store do: one manifest per
 * key, never replaced, with the result of an undisturbed run; no attempt claimed twice; no call beside an open one.
 */
final class SimJudge implements SimStore.Listener {
    private final Map<String, Integer> charged = new HashMap<>();
    private final Map<String, Set<String>> witnesses = new HashMap<>();
    private final Map<String, Set<String>> cells = new HashMap<>();
    private final Set<String> hopeless = new HashSet<>();
    private final Set<String> poisoned = new HashSet<>();
    private final Map<String, Plan> plans = new HashMap<>();
    private final Map<SimProcess, Map<String, SimStream>> calls = new HashMap<>();

    private @Nullable SimViolation violation;

    /** Something wrong was seen: the first is kept, for it may be seen where errors do not get through. */
    void violated(String what) {
        if (violation == null) {
            violation = new SimViolation(what);
        }
    }

    void throwIfViolated() {
        if (violation != null) {
            throw violation;
        }
    }

    /** A coordinator has read the plan of an experiment that exists. */
    void planned(String who, String id, Plan plan) {
        Plan before = plans.putIfAbsent(id, plan);
        if (before != null && !before.equals(plan)) {
            violated(who + " finds another plan of " + id + " than was found before");
        }
    }

    /** A failure of the task itself. */
    void charged(String key, String worker) {
        charged.merge(key, 1, Integer::sum);
        witnesses.computeIfAbsent(key, unused -> new HashSet<>()).add(worker);
    }

    /** Workers on which it failed by itself, or that say so. */
    Set<String> witnesses(String key) {
        return witnesses.getOrDefault(key, Set.of());
    }

    /** An event happened to an attempt in a state. */
    void happened(AttemptState state, AttemptEvent event) {
        cells.computeIfAbsent(state.getClass().getSimpleName(), unused -> new HashSet<>())
                .add(event.getClass().getSimpleName());
    }

    /** Events by the state in which they happened. */
    Map<String, Set<String>> cells() {
        return cells;
    }

    int chargedSoFar(String key) {
        return charged.getOrDefault(key, 0);
    }

    /** A user error was reported. */
    void hopeless(String key, String worker) {
        charged(key, worker);
        hopeless.add(key);
    }

    /** Makes every attempt at a task fail. */
    void poison(String key) {
        poisoned.add(key);
    }

    boolean poisoned(String key) {
        return poisoned.contains(key);
    }

    /** Whether a task may be given up; {@code alone}: there is no worker beside its witnesses that is known to be well. */
    boolean mayFail(String key, boolean alone) {
        return hopeless.contains(key)
                || chargedSoFar(key) >= Charges.LIMIT
                        && (alone || witnesses(key).size() > 1);
    }

    /** A coordinator is about to call a worker. */
    void called(SimStream stream) {
        Map<String, SimStream> open = calls.computeIfAbsent(stream.caller(), unused -> new HashMap<>());
        SimStream before = open.put(stream.key, stream);
        if (before != null && before.open()) {
            violated(stream.caller().name + " gives task " + stream.key + " to a second worker");
        }
    }

    @Override
    public void written(String name, Optional<byte[]> before, byte[] content) {
        if (name.startsWith("artifacts/")) {
            manifest(name, before, content);
        } else if (name.contains("/attempts/") && before.isPresent()) {
            violated(name + " was claimed or recorded twice");
        }
    }

    private void manifest(String name, Optional<byte[]> before, byte[] content) {
        if (before.isPresent() && !Arrays.equals(before.get(), content)) {
            violated(name + " was replaced by other content");
        }
        String key = name.split("/")[1];
        if (!new String(content, StandardCharsets.UTF_8).contains(SimResults.expected(key))) {
            violated(name + " holds another result than an undisturbed run would have");
        }
    }
}
