package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of any process does not change what comes out. */
@Timeout(300)
class FaultIT {
    @TempDir
    private Path folder;

    @Test
    void killNine_everyKindOfProcessOnce_changesNeitherReportNorBytes() throws Exception {
        String yaml = Files.readString(
                Path.of(FaultIT.class.getResource("fault-experiment.yaml").toURI()));
        Path sample = folder.resolve("sample");
        Outcome undisturbed = undisturbed(sample, yaml);

        Killer killer;
        Outcome disturbed;
        try (Laboratory laboratory = Laboratory.start(folder.resolve("disturbed"))) {
            laboratory.bringSample(sample, Samples.SMALL);
            killer = new Killer(laboratory.cluster(), laboratory.store().artifacts());
            disturbed = laboratory.run(yaml, killer);
        }

        assertTheFaultsBit(killer, disturbed);
        assertThat(disturbed.digests()).isEqualTo(undisturbed.digests());
        assertThat(disturbed.report()).isEqualTo(undisturbed.report());
    }

    private Outcome undisturbed(Path sample, String yaml) throws Exception {
        try (Laboratory laboratory = Laboratory.start(folder.resolve("undisturbed"))) {
            laboratory.bringSample(sample, Samples.SMALL);
            Outcome outcome = laboratory.run(yaml, new QuietListener());
            assertThat(outcome.last().experiment().getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            assertThat(outcome.report().getComplete()).isTrue();
            assertThat(outcome.last().tasks()).allMatch(task -> task.getAttempt() == 1);
            return outcome;
        }
    }

    private static void assertTheFaultsBit(Killer killer, Outcome outcome) {
        assertThat(killer.victims())
                .containsOnlyKeys(TaskKind.TASK_KIND_TRAIN, TaskKind.TASK_KIND_PRUNE, TaskKind.TASK_KIND_EVALUATE);
        assertThat(killer.coordinatorKilled()).isTrue();
        assertThat(killer.reconnections()).isPositive();
        Map<String, TaskStatus> tasks =
                outcome.last().tasks().stream().collect(Collectors.toMap(TaskStatus::getKey, Function.identity()));
        assertThat(killer.victims().values()).allMatch(key -> tasks.get(key).getAttempt() >= 2);
    }
}
