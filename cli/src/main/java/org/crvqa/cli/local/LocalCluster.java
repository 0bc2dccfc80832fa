package org.crvqa.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * The four services as processes of this machine, on free ports of the loopback interface: the same programs and the same
 * calls as anywhere else. A process that dies is started again on its ports. Thread-safe.
 */
public final class LocalCluster implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    static final Duration DRAIN = Duration.ofSeconds(3);

    // Draining, then the end of the JVM.
    private static final Duration STOP_GRACE = DRAIN.plusSeconds(7);
    private static final int LOG_LINES = 25;
    private static final long POLL_MILLIS = 100;

    private final ClusterSettings settings;
    private final List<ServicePlan> plans;
    private final List<SupervisedProcess> processes = new ArrayList<>();

    private LocalCluster(ClusterSettings settings, List<ServicePlan> plans) {
        this.settings = settings;
        this.plans = plans;
    }

    /**
     * Starts all services and waits until each says that it is ready.
     *
     * @throws ClusterStartException when one cannot start; everything is stopped then
     */
    public static LocalCluster start(ClusterSettings settings, ClusterListener listener) throws InterruptedException {
        for (ServiceKind kind : ServiceKind.values()) {
            Path program = kind.program(settings.home());
            if (!Files.isRegularFile(program)) {
                throw new ClusterStartException("The " + kind.label() + " is not built: there is no " + program
                        + ". Start through the ./crvqa script, which builds it.");
            }
        }
        return start(settings, listener, FreePorts::take);
    }

    /** {@code ports} gives so many that are free; asked again when another program took one before a service listened. */
    static LocalCluster start(ClusterSettings settings, ClusterListener listener, IntFunction<List<Integer>> ports)
            throws InterruptedException {
        PortChoice choice = PortChoice.of(ServicePlan.portsNeeded(settings), ports);
        while (true) {
            try {
                return start(settings, listener, choice.ports());
            } catch (ClusterStartException e) {
                if (!choice.replaceTaken()) {
                    throw e;
                }
            }
        }
    }

    private static LocalCluster start(ClusterSettings settings, ClusterListener listener, List<Integer> ports)
            throws InterruptedException {
        LocalCluster cluster = new LocalCluster(settings, ServicePlan.of(settings, ports.iterator()));
        boolean started = false;
        try {
            cluster.launch(listener);
            started = true;
            return cluster;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
    }

    /** The coordinator after the workers: it calls them at once, and one that is called while it starts logs that as an error. */
    private void launch(ClusterListener listener) throws InterruptedException {
        prepare();
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        int workers = plans.size() - 1;
        launch(plans.subList(0, workers), listener);
        awaitReady(0, deadline, listener);
        launch(plans.subList(workers, plans.size()), listener);
        awaitReady(workers, deadline, listener);
    }

    private void prepare() {
        try {
            Files.createDirectories(settings.folder().resolve("logs"));
            for (ServicePlan plan : plans) {
                Files.deleteIfExists(plan.log(settings.folder()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + settings.folder(), e);
        }
    }

    private synchronized void launch(List<ServicePlan> some, ClusterListener listener) {
        for (ServicePlan plan : some) {
            processes.add(new SupervisedProcess(
                    plan.definition(settings, plans), RestartBackoff.USUAL, listener, InstantSource.system()));
        }
    }

    /** Waits for those that were launched, from the one of this number on. */
    private void awaitReady(int first, long deadline, ClusterListener listener) throws InterruptedException {
        Readiness readiness = new Readiness();
        for (int i = first; i < processes.size(); i++) {
            SupervisedProcess process = processes.get(i);
            while (!readiness.ready(plans.get(i).httpPort())) {
                checkAlive();
                if (System.nanoTime() > deadline) {
                    throw failed(
                            process,
                            "was not ready after " + settings.startTimeout().toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            listener.ready(process.name());
        }
    }

    private void checkAlive() {
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i).restarts() > 0 || processes.get(i).handle().isEmpty()) {
                throw ended(processes.get(i));
            }
        }
    }

    private static ClusterStartException ended(SupervisedProcess process) {
        process.stop(STOP_GRACE);
        return failed(process, "ended while it started");
    }

    private static ClusterStartException failed(SupervisedProcess process, String what) {
        return new ClusterStartException("The " + process.name() + " " + what + ". The end of its log " + process.log()
                + ":\n" + LogTail.of(process.log(), LOG_LINES));
    }

    /** host:port of the coordinator. */
    public String coordinatorAddress() {
        return HOST + ":" + plans.get(plans.size() - 1).grpcPort();
    }

    /** Location of the store. */
    public String store() {
        return settings.store();
    }

    /** All services as they are now, the coordinator last. */
    public synchronized List<ServiceState> services() {
        List<ServiceState> states = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            ServicePlan plan = plans.get(i);
            SupervisedProcess process = processes.get(i);
            states.add(new ServiceState(
                    plan.name(),
                    plan.kind().label(),
                    plan.grpcPort(),
                    plan.httpPort(),
                    process.handle().map(ProcessHandle::pid).orElse(0L),
                    process.restarts(),
                    process.log().toString(),
                    plan.device()));
        }
        return states;
    }

    /** The process behind a service's name, when it runs. For tests that kill it. */
    public synchronized Optional<ProcessHandle> process(String service) {
        return processes.stream()
                .filter(p -> p.name().equals(service))
                .findFirst()
                .flatMap(SupervisedProcess::handle);
    }

    /** Stops all services: first asks all, then waits for each, by force in the end. Idempotent. */
    @Override
    public synchronized void close() {
        processes.forEach(SupervisedProcess::requestStop);
        processes.forEach(p -> p.stop(STOP_GRACE));
    }
}
