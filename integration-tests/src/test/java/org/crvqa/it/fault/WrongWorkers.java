package org.crvqa.it.fault;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.it.Installation;

/**
 * Two trainers that are wrong rather than dead. The one looks into another store, which it says when asked. The other may
 * write no file as large as a dataset's: each task fails on it at once, and it describes itself as healthy.
 */
final class WrongWorkers {
    private static final String STRANGER = "trainer-3";
    private static final String FAILING = "trainer-4";

    /** In blocks of 512 or 1024 bytes, as the shell likes: less than the features of the shared dataset. */
    private static final String MOST_BLOCKS = "1024";

    private final FaultCluster cluster;
    private final Map<String, Set<String>> asides = new TreeMap<>();
    private final Map<String, Set<String>> reasons = new TreeMap<>();

    private WrongWorkers(FaultCluster cluster) {
        this.cluster = cluster;
    }

    /** Makes room for them beside two trainers; they do not start with the others. {@code store}: not the cluster's. */
    static ClusterPlan plan(ClusterPlan plan, String store) {
        return plan.with(ServiceKind.TRAINER, 4)
                .setFor(STRANGER, "CRVQA_STORE", store)
                .prefix(FAILING, List.of("sh", "-c", "ulimit -f " + MOST_BLOCKS + "; exec \"$0\" \"$@\""))
                .absent(STRANGER)
                .absent(FAILING);
    }

    /** Starts them, from this build. */
    static WrongWorkers join(FaultCluster cluster) {
        for (String name : List.of(STRANGER, FAILING)) {
            cluster.service(name).upgrade(Installation.home());
            cluster.launch(cluster.service(name));
        }
        return new WrongWorkers(cluster);
    }

    void awaitReady() throws Exception {
        cluster.service(STRANGER).awaitReady();
        cluster.service(FAILING).awaitReady();
    }

    /** Notes which workers are set aside now. */
    void look(List<WorkerStatus> workers) {
        for (WorkerStatus worker : workers) {
            if (worker.hasSetAside()) {
                WorkerSetAside aside = worker.getSetAside();
                String name = cluster.nameOf(worker.getAddress());
                asides.computeIfAbsent(name, any -> new TreeSet<>())
                        .add(aside.getUntil().getSeconds() + "."
                                + aside.getUntil().getNanos());
                reasons.computeIfAbsent(name, any -> new TreeSet<>()).add(kind(aside.getReason()));
            }
        }
    }

    private static String kind(String reason) {
        return reason.replaceAll("\\(incident [^)]*\\)", "").replaceAll("; the latest: .*", "");
    }

    String stranger() {
        return cluster.address(STRANGER);
    }

    String failing() {
        return cluster.address(FAILING);
    }

    /** How often the one was set aside that fails what it gets. */
    int failingWasSetAside() {
        return asides.getOrDefault(FAILING, Set.of()).size();
    }

    boolean strangerWasSetAside() {
        return asides.containsKey(STRANGER);
    }

    /** For the summary: who was set aside, how often, and why. */
    List<String> lines() {
        return asides.entrySet().stream()
                .map(entry -> "set aside: " + entry.getKey() + ", "
                        + entry.getValue().size() + " times: " + String.join(" | ", reasons.get(entry.getKey())))
                .toList();
    }
}
