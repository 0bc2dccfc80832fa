package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.it.CommandLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that holds objects which nobody of ours would write. */
@Timeout(600)
class BadStoreIT {
    private static final long HUGE = 300L << 20;
    private static final String LARGE = "large-000000000001";
    private static final String STRANGE = "strange-000000000002";

    @TempDir
    private Path folder;

    @Test
    void hugeAndSenselessObjects_areNamedAndSetAsideAndAllElseGoesOn() throws Exception {
        ClusterPlan plan = ClusterPlan.in(folder.resolve("bad"));
        Path store = folder.resolve("bad/store");
        put(store, "coordinator/terms/000000000003.json", "\0garbage");
        put(store, "names/datasets/odd", "not a key");
        put(store, "experiments/" + STRANGE + "/spec.json", "{\"name\":\"strange\",\"protocol\":99,\"seeds\":[1]}");
        put(store, "experiments/" + STRANGE + "/submission.json", "{\"submitted\":\"2026-01-01T00:00:00Z\"}");
        Path large = put(store, "experiments/" + LARGE + "/spec.json", "{");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        try (FaultCluster cluster = plan.set("CRVQA_LEASE_SECONDS", "3").start()) {
            String yaml = Experiments.dense("beside", 30, 72);
            String id = cluster.submit(yaml);
            cluster.awaitEnd(id);

            assertThat(states(cluster.client()))
                    .containsOnly(
                            Map.entry(LARGE, ExperimentState.EXPERIMENT_STATE_UNREADABLE),
                            Map.entry(STRANGE, ExperimentState.EXPERIMENT_STATE_UNREADABLE),
                            Map.entry(id, ExperimentState.EXPERIMENT_STATE_SUCCEEDED));
            assertThat(crvqaList(cluster))
                    .contains("experiments/" + LARGE + "/spec.json", "experiments/" + STRANGE)
                    .contains(id);
            assertThat(garbage(cluster.client())).anyMatch(note -> note.contains("names/datasets/odd"));
            Invariants.assertHold(cluster, id, yaml);
            assertThat(cluster.coordinator().starts()).isEqualTo(1);
            assertThat(cluster.coordinator().alive()).isTrue();
        }
    }

    private static Path put(Path store, String name, String content) throws Exception {
        Path file = store.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Map<String, ExperimentState> states(CoordinatorClient client) {
        return client.list(ListExperimentsRequest.newBuilder().setPageSize(100).build()).getExperimentsList().stream()
                .collect(Collectors.toMap(ExperimentStatus::getId, ExperimentStatus::getState));
    }

    private String crvqaList(FaultCluster cluster) throws Exception {
        try (CommandLine commands = new CommandLine(Files.createDirectory(folder.resolve("commands")))) {
            return commands.text("list", "--coordinator", cluster.client().address());
        }
    }

    private static List<String> garbage(CoordinatorClient client) {
        List<CollectGarbageResponse> said = new ArrayList<>();
        client.collectGarbage(CollectGarbageRequest.getDefaultInstance(), said::add);
        return said.get(said.size() - 1).getSummary().getNotesList();
    }
}
