package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two coordinators over one store, of which one leads. */
@Tag("chaos")
@Timeout(600)
class LeaderFaultIT {
    private static final List<String> COORDINATORS = List.of("coordinator-1", "coordinator-2");
    private static final int STEPS = 150;

    @TempDir
    private static Path folder;

    private static FaultCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterPlan.in(folder.resolve("leaders"))
                .with(ServiceKind.COORDINATOR, 2)
                .set("CRVQA_LEASE_SECONDS", "3")
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void row3_twoCoordinatorsAtOnce_oneLeadsAndEveryTaskIsSentOnce() throws Exception {
        String yaml = Experiments.dense("row3", 30, Experiments.seeds(30, 33));
        String leader = awaitLeader();
        assertThat(COORDINATORS.stream().filter(LeaderFaultIT::leads)).containsExactly(leader);

        String id = cluster.client(leader)
                .submit(yaml, "fault.yaml")
                .getExperiment()
                .getId();
        ExperimentStatus last = FaultCluster.awaitEnd(cluster.client(leader), id, Await.LONG);

        for (TaskStatus task : last.getTasksList()) {
            assertThat(Invariants.attempts(cluster.store().objects(), task.getKey()))
                    .as(task.getLabel())
                    .isEqualTo(1);
            assertThat(Pattern.compile(task.getKey().substring(0, 8) + ".* accepted")
                            .matcher(cluster.logs("trainer") + cluster.logs("evaluator"))
                            .results()
                            .count())
                    .as(task.getLabel())
                    .isEqualTo(1);
        }
        Invariants.assertHold(cluster, cluster.client(leader), id, yaml);
    }

    @Test
    void row2_leaderPausedPastItsLease_anotherLeadsAndTheOldOneStepsDown() throws Exception {
        String yaml = Experiments.dense("row2", STEPS, 2);
        String paused = awaitLeader();
        String id = cluster.client(paused)
                .submit(yaml, "fault.yaml")
                .getExperiment()
                .getId();
        Await.until(
                "a running task",
                Await.LONG,
                () -> cluster.client(paused).get(id).getTasksList().stream()
                        .anyMatch(task -> task.getProgress().getStep() > 0));

        cluster.service(paused).freeze();
        String next = COORDINATORS.stream()
                .filter(name -> !name.equals(paused))
                .findFirst()
                .orElseThrow();
        Await.until("another leader", Await.LONG, () -> leads(next));
        cluster.service(paused).thaw();
        Await.until("the old leader has stepped down", Await.LONG, () -> !leads(paused));
        FaultCluster.awaitEnd(cluster.client(next), id, Await.LONG);

        assertThat(leads(next)).isTrue();
        assertThat(leads(paused)).isFalse();
        Invariants.assertHold(cluster, cluster.client(next), id, yaml);
    }

    private static String awaitLeader() throws Exception {
        return Await.value(
                "a leader",
                Await.LONG,
                () -> COORDINATORS.stream().filter(LeaderFaultIT::leads).findFirst());
    }

    /** Whether the coordinator answers as a leader does. */
    private static boolean leads(String coordinator) {
        return Optional.of(cluster.client(coordinator))
                .filter(LeaderFaultIT::answers)
                .isPresent();
    }

    private static boolean answers(CoordinatorClient client) {
        try {
            client.workers();
            return true;
        } catch (CoordinatorException e) {
            return false;
        }
    }
}
