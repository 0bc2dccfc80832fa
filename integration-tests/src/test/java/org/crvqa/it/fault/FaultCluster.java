package org.crvqa.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.it.Installation;

/**
 * The packaged services as processes that nobody supervises, each worker behind a {@link TcpProxy} through which the
 * coordinators reach it. A test decides what ends and what is started again. Close it.
 */
final class FaultCluster implements AutoCloseable {
    private final OpenStore store;
    private final List<ServiceProcess> services;
    private final List<String> playedTrainers;
    private final Map<String, TcpProxy> links = new HashMap<>();
    /** By address: a coordinator that found its port taken has another. */
    private final Map<String, CoordinatorClient> clients = new ConcurrentHashMap<>();

    private FaultCluster(OpenStore store, ClusterPlan plan) throws IOException {
        this.store = store;
        this.playedTrainers = plan.playedTrainers();
        this.services = plan.services();
        for (ServiceProcess service : services) {
            if (service.kind() != ServiceKind.COORDINATOR) {
                links.put(service.name(), TcpProxy.to(service::grpcPort));
            }
        }
    }

    static FaultCluster start(ClusterPlan plan) throws Exception {
        OpenStore store = OpenStore.open(
                plan.store(), Files.createDirectories(plan.folder().resolve("cache")));
        FaultCluster cluster = new FaultCluster(store, plan);
        boolean started = false;
        try {
            boolean oneCoordinator = cluster.services.stream()
                            .filter(service -> service.kind() == ServiceKind.COORDINATOR)
                            .count()
                    == 1;
            List<ServiceProcess> present = cluster.services.stream()
                    .filter(service -> !plan.isAbsent(service.name()))
                    .toList();
            present.forEach(cluster::launch);
            for (ServiceProcess service : present) {
                // Of several coordinators only the one that leads need be ready.
                if (service.kind() != ServiceKind.COORDINATOR || oneCoordinator) {
                    service.awaitReady();
                }
            }
            started = true;
            return cluster;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
    }

    /** Starts a process, or starts it again. Returns at once. */
    void launch(ServiceProcess service) {
        service.start(service.kind() == ServiceKind.COORDINATOR ? wiring() : Map.of());
    }

    private Map<String, String> wiring() {
        return Map.of(
                "CRVQA_TRAINERS", addresses(ServiceKind.TRAINER, playedTrainers),
                "CRVQA_PRUNERS", addresses(ServiceKind.PRUNER, List.of()),
                "CRVQA_EVALUATORS", addresses(ServiceKind.EVALUATOR, List.of()));
    }

    private String addresses(ServiceKind kind, List<String> others) {
        return Stream.concat(
                        services.stream()
                                .filter(service -> service.kind() == kind)
                                .map(service -> address(service.name())),
                        others.stream())
                .collect(Collectors.joining(","));
    }

    OpenStore store() {
        return store;
    }

    List<ServiceProcess> services() {
        return services;
    }

    ServiceProcess service(String name) {
        return services.stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    ServiceProcess coordinator() {
        return service("coordinator");
    }

    /** Between the coordinators and this worker. */
    TcpProxy link(String worker) {
        return Optional.ofNullable(links.get(worker)).orElseThrow();
    }

    /** Where coordinators reach this worker. */
    String address(String worker) {
        return "127.0.0.1:" + link(worker).port();
    }

    /** The worker that a task's state names. */
    ServiceProcess workerOf(TaskStatus task) {
        return service(nameOf(task.getWorker()));
    }

    /** The worker that coordinators reach at this address. */
    String nameOf(String address) {
        return links.keySet().stream()
                .filter(name -> address(name).equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No worker at " + address));
    }

    /** Of the only coordinator. */
    CoordinatorClient client() {
        return client("coordinator");
    }

    CoordinatorClient client(String coordinator) {
        return clients.computeIfAbsent("127.0.0.1:" + service(coordinator).grpcPort(), CoordinatorClient::of);
    }

    String submit(String yaml) {
        return client().submit(yaml, "fault.yaml").getExperiment().getId();
    }

    /** The first task of the experiment that is as asked. */
    TaskStatus awaitTask(String experiment, String what, Predicate<TaskStatus> condition) throws Exception {
        return Await.value(
                what,
                Await.LONG,
                () -> status(client(), experiment).stream()
                        .flatMap(status -> status.getTasksList().stream())
                        .filter(condition)
                        .findFirst());
    }

    /** A training task of the experiment that has done so many steps. */
    TaskStatus awaitTraining(String experiment, int steps) throws Exception {
        return awaitTask(
                experiment,
                "a task at step " + steps,
                task -> task.getKind() == TaskKind.TASK_KIND_TRAIN
                        && task.getState() == TaskState.TASK_STATE_RUNNING
                        && task.getProgress().getStep() >= steps);
    }

    /** Waits until a state of the task with at least so many steps is committed. */
    void awaitState(TaskStatus task, int steps) throws Exception {
        String prefix = "tasks/" + task.getKey() + "/state/";
        Await.until(
                "a state of " + task.getLabel() + " after " + steps + " steps",
                Await.LONG,
                () -> store.objects().list(prefix).stream()
                        .filter(name -> name.endsWith("/state.json"))
                        .anyMatch(name ->
                                Long.parseLong(name.substring(prefix.length(), prefix.length() + 12)) >= steps));
    }

    /** Starts what does not run, thaws what is frozen, and heals every link. */
    void heal() throws Exception {
        for (TcpProxy link : links.values()) {
            link.pass();
        }
        for (ServiceProcess service : services) {
            if (!service.alive()) {
                launch(service);
                service.awaitReady();
            }
        }
    }

    /** Everything that the processes whose names start so have printed. */
    String logs(String prefix) {
        return services.stream()
                .filter(service -> service.name().startsWith(prefix))
                .map(ServiceProcess::log)
                .collect(Collectors.joining());
    }

    /** Waits for the end of an experiment, through restarts of the coordinator. */
    ExperimentStatus awaitEnd(String experiment) throws Exception {
        return awaitEnd(client(), experiment, Duration.ofMinutes(10));
    }

    static ExperimentStatus awaitEnd(CoordinatorClient client, String experiment, Duration limit) throws Exception {
        return Await.value(
                "the end of " + experiment,
                limit,
                () -> status(client, experiment)
                        .filter(status -> ExperimentSnapshot.of(status).ended()));
    }

    /** Empty while nobody answers. */
    private static Optional<ExperimentStatus> status(CoordinatorClient client, String experiment) {
        try {
            return Optional.of(client.get(experiment));
        } catch (CoordinatorException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        services.forEach(ServiceProcess::end);
        for (TcpProxy link : links.values()) {
            link.close();
        }
        clients.values().forEach(CoordinatorClient::close);
        store.close();
        Installation.log("cluster closed");
    }
}
