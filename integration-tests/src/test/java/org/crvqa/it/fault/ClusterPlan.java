package org.crvqa.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.it.Installation;

/** What a {@link FaultCluster} shall be like: two trainers, an evaluator and a coordinator unless told otherwise. */
final class ClusterPlan {
    private final Path folder;
    private final Map<ServiceKind, Integer> counts = new EnumMap<>(Map.of(
            ServiceKind.TRAINER, 2,
            ServiceKind.PRUNER, 0,
            ServiceKind.EVALUATOR, 1,
            ServiceKind.COORDINATOR, 1));
    private final Map<ServiceKind, Path> homes = new EnumMap<>(ServiceKind.class);
    private final Map<String, Map<String, String>> own = new HashMap<>();
    private final Map<String, List<String>> prefixes = new HashMap<>();
    private final Set<String> absent = new HashSet<>();
    private final List<String> played = new ArrayList<>();
    // Faults are noticed soon, and states come often enough for tasks of seconds.
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "CRVQA_WORKER_SILENCE_SECONDS", "3",
            "CRVQA_HEARTBEAT_SECONDS", "1",
            "CRVQA_DRAIN_SECONDS", "1",
            "CRVQA_CHECKPOINT_STEPS", "10"));
    private StoreSettings store;

    private ClusterPlan(Path folder) {
        this.folder = folder;
        this.store = StoreSettings.of(folder.resolve("store").toUri());
    }

    /** Over a file store in {@code folder/store}, which gets the shared dataset and model. */
    static ClusterPlan in(Path folder) throws IOException {
        ClusterPlan plan = new ClusterPlan(Files.createDirectories(folder));
        SharedInputs.copyTo(folder.resolve("store"));
        return plan;
    }

    /** Over a store that has been filled already. */
    static ClusterPlan over(Path folder, StoreSettings store) throws IOException {
        ClusterPlan plan = new ClusterPlan(Files.createDirectories(folder));
        plan.store = store;
        return plan;
    }

    ClusterPlan with(ServiceKind kind, int count) {
        counts.put(kind, count);
        return this;
    }

    /** For every process. */
    ClusterPlan set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** For every process. */
    ClusterPlan set(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /** For one process, by its name, such as "trainer-1" or "coordinator". */
    ClusterPlan setFor(String service, String variable, String value) {
        own.computeIfAbsent(service, name -> new HashMap<>()).put(variable, value);
        return this;
    }

    /** Puts a command before that of one process. */
    ClusterPlan prefix(String service, List<String> command) {
        prefixes.put(service, command);
        return this;
    }

    /** Coordinators also get this address, of a trainer that the test plays. */
    ClusterPlan alsoTrainer(String address) {
        played.add(address);
        return this;
    }

    List<String> playedTrainers() {
        return List.copyOf(played);
    }

    /** Does not start this process with the others. */
    ClusterPlan absent(String service) {
        absent.add(service);
        return this;
    }

    boolean isAbsent(String service) {
        return absent.contains(service);
    }

    /** Takes all programs from another checkout. */
    ClusterPlan home(Path home) {
        for (ServiceKind kind : ServiceKind.values()) {
            homes.put(kind, home);
        }
        return this;
    }

    /** Takes the programs of one kind from another checkout. */
    ClusterPlan home(ServiceKind kind, Path home) {
        homes.put(kind, home);
        return this;
    }

    FaultCluster start() throws Exception {
        return FaultCluster.start(this);
    }

    Path folder() {
        return folder;
    }

    StoreSettings store() {
        return store;
    }

    /** The processes, workers first; none is started. */
    List<ServiceProcess> services() throws IOException {
        // Where a failed test leaves them to be read.
        Path logs = Files.createDirectories(
                Path.of("target", "fault-logs", folder.getFileName() + "-" + System.nanoTime()));
        return counts.entrySet().stream()
                .flatMap(entry -> java.util.stream.IntStream.rangeClosed(1, entry.getValue())
                        .mapToObj(i -> service(
                                logs, entry.getKey(), entry.getKey().label() + (entry.getValue() == 1 ? "" : "-" + i))))
                .toList();
    }

    private ServiceProcess service(Path logs, ServiceKind kind, String name) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("CRVQA_STORE", store.location().toString());
        variables.put("CRVQA_CACHE", folder.resolve("cache").resolve(name).toString());
        variables.putAll(own.getOrDefault(name, Map.of()));
        return new ServiceProcess(
                name,
                kind,
                prefixes.getOrDefault(name, List.of()),
                homes.getOrDefault(kind, Installation.home()),
                logs.resolve(name + ".log"),
                variables);
    }
}
