package org.crvqa.it.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.it.Installation;

/**
 * Replaces the services of a cluster by those of this build, one after the other, each at a random moment of the first half
 * of a run; coordinators before workers, as an upgrade must go. Thread-safe.
 */
final class RollingUpgrade {
    private final FaultCluster cluster;
    private final Deque<ServiceProcess> left = new ArrayDeque<>();
    private final Deque<Long> moments = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final long began = System.nanoTime();

    private RollingUpgrade(FaultCluster cluster) {
        this.cluster = cluster;
    }

    /** Of nothing. */
    static RollingUpgrade none(FaultCluster cluster) {
        return new RollingUpgrade(cluster);
    }

    /** Of all services that run; {@code run} begins now. */
    static RollingUpgrade of(FaultCluster cluster, Duration run, Random random) {
        RollingUpgrade upgrade = new RollingUpgrade(cluster);
        List<ServiceProcess> running = cluster.services().stream()
                .filter(service -> service.starts() > 0)
                .toList();
        running.stream()
                .filter(service -> service.kind() == ServiceKind.COORDINATOR)
                .forEach(upgrade.left::add);
        running.stream()
                .filter(service -> service.kind() != ServiceKind.COORDINATOR)
                .forEach(upgrade.left::add);
        long span = run.toNanos() / 2 / running.size();
        for (int i = 0; i < running.size(); i++) {
            upgrade.moments.add(i * span + (long) (random.nextDouble() * span));
        }
        return upgrade;
    }

    synchronized boolean isDue() {
        return !left.isEmpty() && System.nanoTime() - began >= moments.element();
    }

    /** Ends the next service as an orchestrator does, and starts this build's in its place. Returns at once after that. */
    void next() throws InterruptedException {
        ServiceProcess service = first();
        service.terminate();
        service.awaitEnd();
        service.upgrade(Installation.home());
        cluster.launch(service);
        Installation.log("upgraded " + service.name());
        replaced(service);
    }

    private synchronized ServiceProcess first() {
        return left.element();
    }

    private synchronized void replaced(ServiceProcess service) {
        left.remove();
        moments.remove();
        done.add(service.name());
    }

    /** Names of the services that were replaced, in order. */
    synchronized List<String> done() {
        return List.copyOf(done);
    }

    /** Names of those that still run the earlier build. */
    synchronized List<String> left() {
        return left.stream().map(ServiceProcess::name).toList();
    }

    /** The folder of the earlier build, as {@code previous.sh} makes it; empty when none is given. */
    static Optional<Path> previous() {
        return Optional.ofNullable(System.getProperty("crvqa.previous"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }
}
