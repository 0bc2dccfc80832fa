package org.crvqa.cli.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which processes a cluster consists of: their ports, GPUs, commands and environments. */
record ServicePlan(ServiceKind kind, String name, int grpcPort, int httpPort, Optional<GpuDevice> gpu) {
    /** States of what a CPU trains are small, and the machine's owner may close the lid at any time. */
    private static final Duration CHECKPOINT = Duration.ofSeconds(5);

    /** What a GPU trains has states of gigabytes. */
    private static final Duration GPU_CHECKPOINT = Duration.ofMinutes(1);

    /**
     * All services of the settings, workers first, the coordinator last; two of {@code ports} for each. Workers go over
     * the GPUs in turn, whatever their kind: as many of each kind as there are GPUs gives every GPU one of each, and
     * fewer workers than GPUs never share one.
     */
    static List<ServicePlan> of(ClusterSettings settings, Iterator<Integer> ports) {
        List<ServicePlan> plans = new ArrayList<>();
        List<GpuDevice> gpus = settings.gpus();
        for (ServiceKind kind : ServiceKind.values()) {
            int count = count(settings, kind);
            for (int i = 1; i <= count; i++) {
                String name = kind.label() + (count == 1 ? "" : "-" + i);
                Optional<GpuDevice> gpu = kind == ServiceKind.COORDINATOR || gpus.isEmpty()
                        ? Optional.empty()
                        : Optional.of(gpus.get(plans.size() % gpus.size()));
                plans.add(new ServicePlan(kind, name, ports.next(), ports.next(), gpu));
            }
        }
        return plans;
    }

    static int portsNeeded(ClusterSettings settings) {
        return 2 * (settings.trainers() + settings.pruners() + settings.evaluators() + 1);
    }

    private static int count(ClusterSettings settings, ServiceKind kind) {
        return switch (kind) {
            case TRAINER -> settings.trainers();
            case PRUNER -> settings.pruners();
            case EVALUATOR -> settings.evaluators();
            case COORDINATOR -> 1;
        };
    }

    SupervisedProcess.Definition definition(ClusterSettings settings, List<ServicePlan> all) {
        return new SupervisedProcess.Definition(
                name, command(settings.home()), environment(settings, all), log(settings.folder()));
    }

    /** What it computes on, for people: "cpu", "GPU 2"; empty for the coordinator. */
    String device() {
        return kind == ServiceKind.COORDINATOR ? "" : gpu.map(GpuDevice::label).orElse("cpu");
    }

    Path log(Path folder) {
        return folder.resolve("logs").resolve(name + ".log");
    }

    private List<String> command(Path home) {
        List<String> command = new ArrayList<>(kind.jvm());
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-jar");
        command.add(kind.program(home).toString());
        return command;
    }

    private Map<String, String> environment(ClusterSettings settings, List<ServicePlan> all) {
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.put("CRVQA_STORE", settings.store());
        environment.put(
                "CRVQA_CACHE", settings.folder().resolve("cache").resolve(name).toString());
        environment.put("CRVQA_HOST", LocalCluster.HOST);
        environment.put("CRVQA_GRPC_PORT", Integer.toString(grpcPort));
        environment.put("CRVQA_HTTP_PORT", Integer.toString(httpPort));
        environment.put(
                "CRVQA_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        environment.putIfAbsent("CRVQA_DRAIN_SECONDS", Long.toString(LocalCluster.DRAIN.toSeconds()));
        if (kind == ServiceKind.COORDINATOR) {
            environment.put("CRVQA_TRAINERS", addresses(all, ServiceKind.TRAINER));
            environment.put("CRVQA_PRUNERS", addresses(all, ServiceKind.PRUNER));
            environment.put("CRVQA_EVALUATORS", addresses(all, ServiceKind.EVALUATOR));
        } else {
            // For 'crvqa verify-resume': these workers listen on the loopback address only, and are started again.
            unlessSet(environment, "CRVQA_ALLOW_HALT", "true");
            Duration checkpoint = gpu.isPresent() ? GPU_CHECKPOINT : CHECKPOINT;
            unlessSet(environment, "CRVQA_CHECKPOINT_SECONDS", Long.toString(checkpoint.toSeconds()));
            environment.putAll(deviceEnvironment(environment));
        }
        return environment;
    }

    /** The settings and the person's own environment, which the processes inherit, come first. */
    private static void unlessSet(Map<String, String> environment, String name, String value) {
        if (System.getenv(name) == null) {
            environment.putIfAbsent(name, value);
        }
    }

    /** By its UUID: CUDA may count in another order than the driver. The process sees this GPU only, as its gpu:0. */
    private Map<String, String> deviceEnvironment(Map<String, String> own) {
        if (gpu.isEmpty()) {
            return Map.of("CRVQA_DEVICE", "cpu");
        }
        Map<String, String> inherited = new HashMap<>(System.getenv());
        inherited.putAll(own);
        Map<String, String> variables = new HashMap<>(TorchLibraries.variables(inherited));
        variables.put("CUDA_VISIBLE_DEVICES", gpu.get().uuid());
        variables.put("CRVQA_DEVICE", "gpu:0");
        return variables;
    }

    private static String addresses(List<ServicePlan> all, ServiceKind kind) {
        return all.stream()
                .filter(plan -> plan.kind() == kind)
                .map(plan -> LocalCluster.HOST + ":" + plan.grpcPort())
                .collect(Collectors.joining(","));
    }
}
