package org.crvqa.it.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.it.Installation;

/** Ends a random process with SIGKILL every few seconds and starts it again. One thread; seeded. Close it. */
final class RandomKiller implements AutoCloseable {
    private static final int LEAST_MILLIS = 3000;
    private static final int MOST_MILLIS = 7000;

    private final FaultCluster cluster;
    private final Random random;
    private final Map<String, Integer> kills = new TreeMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "killer");

    private RandomKiller(FaultCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
    }

    static RandomKiller start(FaultCluster cluster, long seed) {
        RandomKiller killer = new RandomKiller(cluster, seed);
        killer.thread.setDaemon(true);
        killer.thread.start();
        return killer;
    }

    /** How often each process was killed. */
    synchronized Map<String, Integer> kills() {
        return new TreeMap<>(kills);
    }

    private void run() {
        try {
            while (!stop.await(LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS), TimeUnit.MILLISECONDS)) {
                List<ServiceProcess> candidates = candidates();
                if (!candidates.isEmpty()) {
                    ServiceProcess victim = candidates.get(random.nextInt(candidates.size()));
                    victim.kill();
                    count(victim.name());
                    cluster.launch(victim);
                }
            }
        } catch (InterruptedException e) {
            Installation.log("The killer was interrupted");
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

    private synchronized void count(String name) {
        kills.merge(name, 1, Integer::sum);
    }

    /** After this everything runs, or starts. */
    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        thread.join();
    }
}
