package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;

/**
 * Says on this coordinator's own pod whether it leads, so that a service can select the pod that does. It decides nothing: who
 * leads stands in the store, a client that reaches another coordinator is sent on, and a label that cannot be written is tried
 * again until it can. Thread-safe; nothing waits but {@link #close}, for some seconds.
 */
final class LeaderLabel implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LeaderLabel.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    /** After as many looks it is written again, in case somebody else has changed it. */
    private static final int LOOKS = 30;

    private static final int CLOSE_SECONDS = 3;

    private final PodPatch pods;
    private final String pod;
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(Threads.named("leader-label"));
    private volatile boolean leads;
    /** What the label says, as far as it is known; the writer's own. */
    private Optional<Boolean> written = Optional.empty();

    private int looks;
    private boolean complained;

    LeaderLabel(KubernetesClient client, String namespace, String pod) {
        this.pods = new PodPatch(client, namespace);
        this.pod = pod;
    }

    /** From now on the label says what {@link #show} was told last; before that, that this coordinator does not lead. */
    void start() {
        Threads.every(writer, AGAIN, this::write);
    }

    /** Whether this coordinator leads. Returns at once. */
    void show(boolean leading) {
        if (leads != leading) {
            leads = leading;
            try {
                writer.execute(this::write);
            } catch (RejectedExecutionException e) {
                LOG.debug("Closed while the lead changed", e);
            }
        }
    }

    private void write() {
        boolean wanted = leads;
        if (written.filter(is -> is == wanted).isPresent() && ++looks < LOOKS) {
            return;
        }
        looks = 0;
        try {
            boolean there = pods.label(pod, Labels.LEADER, wanted ? Optional.of("true") : Optional.empty());
            if (!there && !complained) {
                LOG.errorf("There is no pod %s to say that it leads; set CRVQA_POD_NAME to metadata.name", pod);
            } else if (complained) {
                LOG.infof("Pod %s has its label %s as it should be", pod, Labels.LEADER);
            }
            complained = !there;
            written = Optional.of(wanted);
        } catch (KubernetesClientException e) {
            if (!complained) {
                LOG.warnf("Pod %s keeps its label %s as it was, for now: %s", pod, Labels.LEADER, e.getMessage());
            }
            complained = true;
        }
    }

    /** Takes the label off. */
    @Override
    public void close() {
        leads = false;
        if (writer.isShutdown()) {
            return;
        }
        try {
            writer.submit(this::write).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("Pod %s may keep its label %s until it is gone: %s", pod, Labels.LEADER, e);
        }
        writer.shutdownNow();
    }
}
