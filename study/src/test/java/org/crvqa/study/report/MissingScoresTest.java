package org.crvqa.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskFailure;
import org.junit.jupiter.api.Test;

class MissingScoresTest {
    private final Experiment experiment = Samples.experiment();
    private final Plan plan = Samples.plan(experiment);

    @Test
    void told_stage1Failed_everyRowThatNeedsItSaysWhichTaskAndWhy() {
        PlanTask broken = plan.tasks().stream()
                .filter(task -> task.stage() == WorkKind.WORK_KIND_STAGE1
                        && task.label().contains("lmh"))
                .findFirst()
                .orElseThrow();

        Report report = told(task -> task.equals(broken) ? TaskState.TASK_STATE_FAILED : TaskState.TASK_STATE_PLANNED);

        for (ReportRow row : report.getRowsList()) {
            MissingRuns first = row.getMissing(0);
            if (row.getName().equals("bce")) {
                assertThat(first.getState()).isEqualTo(TaskState.TASK_STATE_READY);
            } else {
                assertThat(first.getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
                assertThat(first.getRuns()).isEqualTo(1);
                assertThat(first.getTask()).isEqualTo(broken.label());
                assertThat(first.getTaskKey()).isEqualTo(broken.key().hex());
                assertThat(first.getFailure().getCause()).isEqualTo("why");
            }
        }
    }

    @Test
    void told_oneRuns_isRunningAndNotWaiting() {
        Report report = told(task ->
                task.kind() == TaskKind.TASK_KIND_TRAIN ? TaskState.TASK_STATE_RUNNING : TaskState.TASK_STATE_PLANNED);

        assertThat(report.getRowsList())
                .allSatisfy(row -> assertThat(row.getMissingList())
                        .extracting(MissingRuns::getState)
                        .containsOnly(TaskState.TASK_STATE_RUNNING));
    }

    @Test
    void told_cancelled_allRunsOfARowAreOneReason() {
        Report report = told(task -> TaskState.TASK_STATE_CANCELLED);

        assertThat(report.getRowsList()).allSatisfy(row -> {
            assertThat(row.getMissingCount()).isEqualTo(1);
            assertThat(row.getMissing(0).getState()).isEqualTo(TaskState.TASK_STATE_CANCELLED);
            assertThat(row.getMissing(0).getRuns()).isEqualTo(row.getCells(0).getExpectedRuns());
        });
    }

    @Test
    void told_allDone_nothingIsMissing() {
        Report report = told(task -> TaskState.TASK_STATE_DONE);

        assertThat(report.getRowsList())
                .allSatisfy(row -> assertThat(row.getMissingList()).isEmpty());
    }

    private interface States {
        TaskState of(PlanTask task);
    }

    private Report told(States states) {
        Report report = Reports.make("e-1", experiment, plan, false, key -> Optional.<Manifest>empty());
        List<TaskStatus> statuses = plan.tasks().stream()
                .map(task -> TaskStatus.newBuilder()
                        .setKey(task.key().hex())
                        .setLabel(task.label())
                        .setState(states.of(task))
                        .setFailure(TaskFailure.newBuilder().setCause("why"))
                        .build())
                .toList();
        return MissingScores.told(report, plan, statuses);
    }
}
