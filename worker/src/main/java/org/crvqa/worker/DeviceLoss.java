package org.crvqa.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/**
 * Ends this process because it can use its device no more. First in order, so that callers hear the last event; by force
 * when that takes too long, since native libraries may hang on a device that does not answer. Whoever started the process
 * starts a new one, which tries the device before it takes work.
 */
final class DeviceLoss implements Runnable {
    /** The exit status; as EX_TEMPFAIL of sysexits.h: not a defect of the program, worth another try. */
    static final int EXIT_STATUS = 75;

    /** How long an orderly end may take: draining has nothing to wait for, and the servers close their streams. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(DeviceLoss.class);

    private final IntConsumer orderly;
    private final IntConsumer forced;
    private final Duration limit;

    /** {@code orderly}: begins an end and returns; {@code forced}: ends at once. Both get the exit status. */
    DeviceLoss(IntConsumer orderly, IntConsumer forced, Duration limit) {
        this.orderly = orderly;
        this.forced = forced;
        this.limit = limit;
    }

    @Override
    public void run() {
        Thread lastResort = new Thread(this::force, "device-loss");
        // The process ends without it where all goes well.
        lastResort.setDaemon(true);
        lastResort.start();
        orderly.accept(EXIT_STATUS);
    }

    private void force() {
        try {
            if (!new CountDownLatch(1).await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.errorf("This process did not end within %d s and is ended by force", limit.toSeconds());
                forced.accept(EXIT_STATUS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it; the orderly end is left.
            Thread.currentThread().interrupt();
        }
    }
}
