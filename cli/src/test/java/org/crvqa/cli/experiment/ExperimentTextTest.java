package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.junit.jupiter.api.Test;

class ExperimentTextTest {
    @Test
    void lines_oneIsUnreadable_itsProblemStandsBelowTheTable() {
        ExperimentStatus bad = ExperimentStatus.newBuilder()
                .setId("bad-000000000000")
                .setState(ExperimentState.EXPERIMENT_STATE_UNREADABLE)
                .setProblem("experiments/bad-000000000000/spec.json is not JSON")
                .build();
        ExperimentStatus good = ExperimentStatus.newBuilder()
                .setId("good-000000000000")
                .setState(ExperimentState.EXPERIMENT_STATE_RUNNING)
                .setTasksTotal(3)
                .build();

        List<String> lines = ExperimentText.lines(List.of(good, bad), ZoneOffset.UTC, false);

        assertThat(lines).anyMatch(line -> line.contains("bad-000000000000") && line.contains("unreadable"));
        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("bad-000000000000 is set aside: experiments/bad-000000000000/spec.json is not JSON");
    }
}
