package org.crvqa.it.fault;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts every process again that has ended, as a supervisor does. Close it before the cluster. */
final class Restarts implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final FaultCluster cluster;
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "restarts");

    private Restarts(FaultCluster cluster) {
        this.cluster = cluster;
    }

    static Restarts of(FaultCluster cluster) {
        Restarts restarts = new Restarts(cluster);
        restarts.thread.setDaemon(true);
        restarts.thread.start();
        return restarts;
    }

    /** How many processes had ended. */
    int count() {
        return count.get();
    }

    private void run() {
        try {
            while (!stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                for (ServiceProcess service : cluster.services()) {
                    if (!service.alive()) {
                        count.incrementAndGet();
                        cluster.launch(service);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        thread.join();
    }
}
