package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.crvqa.artifacts.store.FaultyS3Proxy;
import org.crvqa.artifacts.store.ProxyRule;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.it.Installation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many tiny tasks while random processes are killed every few seconds, the store errs, and two trainers are wrong: for {@code -Dcrvqa.soak.minutes}
 * (2) experiments are submitted; then the kills stop, what is left ends, and everything is compared with a run without
 * faults. {@code -Dcrvqa.soak.seed} (1) repeats the same choices. With {@code -Dcrvqa.previous=FOLDER}, which
 * {@code previous.sh} has filled, all services are those of the earlier build at first, and are replaced in the first half.
 */
@Tag("chaos")
class SoakIT {
    private static final Duration RUN = Duration.ofMinutes(Integer.getInteger("crvqa.soak.minutes", 2));
    private static final long SEED = Long.getLong("crvqa.soak.seed", 1);
    private static final Duration REST = Duration.ofMinutes(10);
    private static final int AT_ONCE = 3;

    @TempDir
    private Path folder;

    private final Map<String, String> submitted = new TreeMap<>();
    private final Map<String, ExperimentStatus> ended = new TreeMap<>();
    private Optional<WrongWorkers> wrongWorkers = Optional.empty();

    @Test
    void randomKillsAndStoreFaults_everyResultIsThatOfAnUndisturbedRun() throws Exception {
        SoakSummary summary = new SoakSummary();
        try (S3Server s3 = S3Server.start(Files.createDirectory(folder.resolve("s3")));
                FaultCluster cluster = plan(s3).start()) {
            List<ProxyRule> rules = faults(s3.faults());
            RollingUpgrade upgrade = upgrade(cluster);
            try (RandomKiller killer = RandomKiller.start(cluster, upgrade, SEED)) {
                submitUntilTimeIsUp(cluster, upgrade);
                killer.close();
                summary.kills(killer.kills(), killer.ends());
            }
            summary.upgraded(upgrade.done());
            assertThat(upgrade.left()).as("services of the earlier build").isEmpty();
            WrongWorkers wrong = wrongWorkers.orElseThrow();
            awaitAside(cluster, wrong);
            awaitRest(cluster);
            summary.storeFaults(rules, s3.faults().requests());
            s3.faults().clear();
            Invariants.assertSlotsAreFree(cluster.client());
            summary.tasks(cluster.store(), ended.values());
            summary.wrongWorkers(wrong);
            summary.write(RUN, SEED);
            for (Map.Entry<String, String> experiment : submitted.entrySet()) {
                Invariants.assertHold(cluster, experiment.getKey(), experiment.getValue());
            }
            Installation.log("soak: " + summary.tasks() + " results equal those of an undisturbed run");
            summary.assertTheFaultsBit(wrong);
        }
    }

    private ClusterPlan plan(S3Server s3) throws Exception {
        ClusterPlan plan =
                s3.plan(folder.resolve("soak")).with(ServiceKind.PRUNER, 1).set("CRVQA_CHECKPOINT_STEPS", "5");
        RollingUpgrade.previous().ifPresent(plan::home);
        return WrongWorkers.plan(plan, plan.store().location() + "-of-others");
    }

    private static RollingUpgrade upgrade(FaultCluster cluster) {
        return RollingUpgrade.previous().isPresent()
                ? RollingUpgrade.of(cluster, RUN, new Random(SEED))
                : RollingUpgrade.none(cluster);
    }

    private static List<ProxyRule> faults(FaultyS3Proxy proxy) {
        List<ProxyRule> rules = new ArrayList<>();
        rules.add(proxy.when("*", "").randomly(0.02, SEED).answer503());
        rules.add(proxy.when("PUT", "").randomly(0.02, SEED + 1).loseAnswer());
        rules.add(proxy.when("*", "").randomly(0.005, SEED + 2).drop());
        return rules;
    }

    private void submitUntilTimeIsUp(FaultCluster cluster, RollingUpgrade upgrade) throws Exception {
        long end = System.nanoTime() + RUN.toNanos();
        Deque<String> open = new ArrayDeque<>();
        int next = 0;
        while (System.nanoTime() < end) {
            look(cluster, upgrade);
            while (open.size() < AT_ONCE) {
                int seed = 2 * next++;
                open.add(submit(cluster, Experiments.withSubnetworks("soak-" + next, 60, seed, seed + 1)));
            }
            open.removeIf(id -> hasEnded(cluster, id));
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** An earlier coordinator does not tell a wrong worker from a wrong task: those come when it is replaced. */
    private void look(FaultCluster cluster, RollingUpgrade upgrade) {
        if (wrongWorkers.isEmpty() && !upgrade.left().contains("coordinator")) {
            wrongWorkers = Optional.of(WrongWorkers.join(cluster));
        }
        wrongWorkers.ifPresent(wrong -> look(cluster, wrong));
    }

    private static void look(FaultCluster cluster, WrongWorkers wrong) {
        quietly(() -> cluster.client().workers()).ifPresent(workers -> wrong.look(workers.getWorkersList()));
    }

    private String submit(FaultCluster cluster, String yaml) throws Exception {
        String id = Await.value("an answer to the submission", REST, () -> quietly(() -> cluster.submit(yaml)));
        submitted.put(id, yaml);
        return id;
    }

    /** What is held against a worker ends with its coordinator: there must be time and work between two kills. */
    private void awaitAside(FaultCluster cluster, WrongWorkers wrong) throws Exception {
        submit(cluster, Experiments.dense("soak-last", 30, Experiments.seeds(10_000, 10_007)));
        Await.until("the trainer that fails all is set aside", REST, () -> {
            look(cluster, wrong);
            return wrong.failingWasSetAside() > 0;
        });
    }

    private void awaitRest(FaultCluster cluster) throws Exception {
        for (String id : submitted.keySet()) {
            Await.until("the end of " + id, REST, () -> hasEnded(cluster, id));
        }
    }

    private boolean hasEnded(FaultCluster cluster, String id) {
        Optional<ExperimentStatus> status = quietly(() -> cluster.client().get(id));
        status.filter(s -> ExperimentSnapshot.of(s).ended()).ifPresent(s -> ended.put(id, s));
        return ended.containsKey(id);
    }

    // Empty while the coordinator is dead.
    private static <T> Optional<T> quietly(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (CoordinatorException e) {
            return Optional.empty();
        }
    }
}
