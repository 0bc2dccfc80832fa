package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.crvqa.coordinator.fleet.LatestMembers;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.study.threads.Fatal;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;

/**
 * Workers are the pods of the services that carry {@link Labels#WORKER}, as the endpoint slices of the namespace tell: one
 * member for each pod, known by its UID. An informer lists and watches; where the watch breaks, is too old, or the API server
 * is away, the last list stays and it lists again, for as long as it takes. The client closes each watch after ten minutes at
 * most, so that one whose other end has vanished is noticed.
 */
final class SliceMembership implements Membership {
    private static final Logger LOG = Logger.getLogger(SliceMembership.class);

    /** Many slices change at once; each list is told whole. */
    private static final Duration GATHERED = Duration.ofMillis(100);

    private static final Duration COMPLAINTS = Duration.ofMinutes(5);

    private final SharedIndexInformer<EndpointSlice> informer;
    private final SliceMembers slices = new SliceMembers();
    private final LatestMembers latest = new LatestMembers();
    private final ScheduledExecutorService teller =
            Executors.newSingleThreadScheduledExecutor(Threads.named("members"));
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicLong complained = new AtomicLong(System.nanoTime() - COMPLAINTS.toNanos());
    private TreeSet<String> passedOver = new TreeSet<>();

    /** The client stays the caller's to close. */
    SliceMembership(KubernetesClient client, String namespace) {
        informer = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel(Labels.WORKER)
                .runnableInformer(0);
        informer.exceptionHandler((started, error) -> tryAgain(error));
        informer.addEventHandler(new ResourceEventHandler<EndpointSlice>() {
            @Override
            public void onAdd(EndpointSlice slice) {
                changed();
            }

            @Override
            public void onUpdate(EndpointSlice before, EndpointSlice after) {
                changed();
            }

            @Override
            public void onDelete(EndpointSlice slice, boolean finalStateUnknown) {
                changed();
            }
        });
    }

    @Override
    public void start() {
        var unused = informer.start().thenRun(this::changed);
    }

    @Override
    public Subscription subscribe(Consumer<List<Member>> listener) {
        return latest.subscribe(listener);
    }

    private boolean tryAgain(Throwable error) {
        long now = System.nanoTime();
        long last = complained.get();
        if (now - last >= COMPLAINTS.toNanos() && complained.compareAndSet(last, now)) {
            LOG.warnf("Kubernetes does not say which workers there are; the last list stays: %s", error.getMessage());
        }
        return true;
    }

    private void changed() {
        if (due.compareAndSet(false, true)) {
            try {
                var unused = teller.schedule(this::tell, GATHERED.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("Closed while Kubernetes told something", e);
            }
        }
    }

    private void tell() {
        due.set(false);
        try {
            if (informer.lastSyncResourceVersion() == null) {
                // The first list has only begun.
                return;
            }
            SliceMembers.Told told = slices.merge(informer.getStore().list());
            told.passedOver().stream()
                    .filter(endpoint -> !passedOver.contains(endpoint))
                    .forEach(endpoint -> LOG.warnf("No worker: %s", endpoint));
            passedOver = told.passedOver();
            latest.tell(told.members());
        } catch (Throwable e) {
            Fatal.check(e);
            LOG.error("What Kubernetes says of the workers could not be told", e);
        }
    }

    @Override
    public void close() {
        informer.stop();
        teller.shutdownNow();
        latest.close();
    }
}
