package org.crvqa.it.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.it.Installation;

/**
 * Ends a random process with SIGKILL every few seconds and starts it again, and does an upgrade meanwhile. What ended by
 * itself is started again too. One thread; seeded. Close it.
 */
final class RandomKiller implements AutoCloseable {
    private static final int LEAST_MILLIS = 3000;
    private static final int MOST_MILLIS = 7000;

    private final FaultCluster cluster;
    private final Random random;
    private final RollingUpgrade upgrade;
    private final Map<String, Integer> kills = new TreeMap<>();
    private final Map<String, Integer> ends = new TreeMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "killer");

    private RandomKiller(FaultCluster cluster, RollingUpgrade upgrade, long seed) {
        this.cluster = cluster;
        this.upgrade = upgrade;
        this.random = new Random(seed);
    }

    static RandomKiller start(FaultCluster cluster, RollingUpgrade upgrade, long seed) {
        RandomKiller killer = new RandomKiller(cluster, upgrade, seed);
        killer.thread.setDaemon(true);
        killer.thread.start();
        return killer;
    }

    /** How often each process was killed. */
    synchronized Map<String, Integer> kills() {
        return new TreeMap<>(kills);
    }

    /** How often each process had ended by itself. */
    synchronized Map<String, Integer> ends() {
        return new TreeMap<>(ends);
    }

    private void run() {
        try {
            while (!stop.await(LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS), TimeUnit.MILLISECONDS)) {
                startWhatEnded();
                if (upgrade.isDue()) {
                    upgrade.next();
                } else {
                    killOne();
                }
            }
        } catch (InterruptedException e) {
            Installation.log("The killer was interrupted");
        }
    }

    private void startWhatEnded() {
        for (ServiceProcess service : cluster.services()) {
            if (service.starts() > 0 && !service.alive()) {
                count(ends, service.name());
                cluster.launch(service);
            }
        }
    }

    private void killOne() throws InterruptedException {
        List<ServiceProcess> candidates = candidates();
        if (!candidates.isEmpty()) {
            ServiceProcess victim = candidates.get(random.nextInt(candidates.size()));
            victim.kill();
            count(kills, victim.name());
            cluster.launch(victim);
        }
    }

    /** What is still starting, which takes long on a busy machine, gets its chance to work. */
    private List<ServiceProcess> candidates() throws InterruptedException {
        List<ServiceProcess> ready = new ArrayList<>();
        for (ServiceProcess service : cluster.services()) {
            if (service.ready()) {
                ready.add(service);
            }
        }
        return ready;
    }

    private synchronized void count(Map<String, Integer> counts, String name) {
        counts.merge(name, 1, Integer::sum);
    }

    /** After this everything runs, or starts. */
    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        thread.join();
    }
}
