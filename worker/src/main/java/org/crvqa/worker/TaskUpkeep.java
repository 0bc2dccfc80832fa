package org.crvqa.worker;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.PinnedArtifacts;
import org.jboss.logging.Logger;

/**
 * What a running task needs of the store beside its work, on a thread of its own, so that neither a step nor a heartbeat
 * waits for it: its pins are kept from getting stale, and where somebody else has committed its artifact, it ends.
 *
 * @param thread does it
 * @param interval from the end of one round to the next
 */
record TaskUpkeep(ScheduledExecutorService thread, Duration interval) {
    private static final Logger LOG = Logger.getLogger(TaskUpkeep.class);

    /** Between rounds of a service: two runs of one task go on side by side for so long at most. */
    static final Duration INTERVAL = Duration.ofMinutes(5);

    /** Ends the upkeep of one task. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins with the task; to be closed before its pins are. */
    Running of(RunningTask task, ArtifactRepository artifacts, PinnedArtifacts inputs) {
        long millis = interval.toMillis();
        Future<?> rounds = thread.scheduleWithFixedDelay(
                () -> round(task, artifacts, inputs), millis, millis, TimeUnit.MILLISECONDS);
        return () -> rounds.cancel(true);
    }

    private static void round(RunningTask task, ArtifactRepository artifacts, PinnedArtifacts inputs) {
        try {
            inputs.renew();
            artifacts.find(task.key()).ifPresent(committed -> {
                LOG.infof("%s: another attempt has committed its artifact", task);
                task.supersede(committed);
            });
        } catch (CancellationException e) {
            LOG.debugf("%s has ended", task);
        } catch (RuntimeException e) {
            // What got out would silently end all later rounds.
            LOG.warnf("%s: its pins were not renewed, or its artifact not looked for: %s", task, e);
        }
    }
}
