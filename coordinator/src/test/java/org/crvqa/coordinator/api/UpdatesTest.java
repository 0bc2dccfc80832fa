package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.api.TaskListsTest.reason;

import com.google.protobuf.FieldMask;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Release;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set for experiments, pauses and revisions, with leaders that follow each other. */
class UpdatesTest {
    private static final String OTHER =
            Samples.yaml().replace("name: small", "name: other").replace("seeds: [0, 1]", "seeds: [7, 8]");

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void update_maskNamesFields_changesThemAndIsKnownToTheNextLeader() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();

        update(
                cluster,
                id,
                settings().setPriority(7).putLabels("team", "vision").setNote("for the paper"));
        update(cluster, id, settings().setNote("ignored").putLabels("team", "nlp"), "labels");
        update(cluster, id, settings(), "note");

        for (TestCluster leader : List.of(cluster, cluster(2).start())) {
            ExperimentSettings holds = leader.status(id).getSettings();
            assertThat(holds.getPriority()).isEqualTo(7);
            assertThat(holds.getLabelsMap()).containsExactly(java.util.Map.entry("team", "nlp"));
            assertThat(holds.getNote()).isEmpty();
        }
    }

    @Test
    void update_nothingChanges_writesNothing() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();
        update(cluster, id, settings().setPriority(7));

        update(cluster, id, settings().setPriority(7));

        assertThat(fixture.store.list("experiments/" + id + "/settings/")).hasSize(1);
    }

    @Test
    void update_wrongPathLabelOrNote_isRefused() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();

        assertThat(reason(() -> update(cluster, id, settings(), "name"))).isEqualTo("INVALID_REQUEST");
        assertThat(reason(() -> update(cluster, id, settings().putLabels("Team", "x"))))
                .isEqualTo("INVALID_REQUEST");
        assertThat(reason(() -> update(cluster, id, settings().putLabels("team", "\u0007"))))
                .isEqualTo("INVALID_REQUEST");
        assertThat(reason(() -> update(cluster, id, settings().setNote("x".repeat(5_000)))))
                .isEqualTo("INVALID_REQUEST");
        assertThat(fixture.store.list("experiments/" + id + "/settings/")).isEmpty();
    }

    @Test
    void update_higherPriority_isGivenOutNext() {
        TestCluster cluster = cluster(1);
        String first = cluster.submit(Samples.yaml()).id();
        String second = cluster.submit(OTHER).id();

        update(cluster, second, settings().setPriority(1));
        cluster.start();

        assertThat(label(cluster, cluster.begun.get(0), second)).isNotEmpty();
        assertThat(label(cluster, cluster.begun.get(0), first)).isEmpty();
    }

    @Test
    void update_byALeaderThatWasReplaced_changesNothing() {
        TestCluster early = cluster(1).start();
        String id = early.submit(Samples.yaml()).id();
        TestCluster late = cluster(2).start();
        update(late, id, settings().setPriority(2));

        assertThatThrownBy(() -> update(early, id, settings().setPriority(1))).isInstanceOf(LaterTermException.class);

        assertThat(cluster(3).start().status(id).getSettings().getPriority()).isEqualTo(2);
    }

    @Test
    void pause_running_givesNothingOutUntilItIsResumedAlsoAfterARestart() {
        TestCluster cluster = cluster(1);
        String id = cluster.submit(Samples.yaml()).id();

        cluster.experiments.pause(id, true, false);
        cluster.start();

        assertThat(cluster.begun).isEmpty();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_PAUSED);
        TestCluster next = cluster(2).start();
        assertThat(next.begun).isEmpty();
        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_PAUSED);
        next.experiments.pause(id, false, false);
        assertThat(next.begun).hasSize(1);
        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void pause_stopsRunning_takesTheTaskBackAndItGoesOnLater() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();
        String running = cluster.begun.get(0).getKey();

        cluster.experiments.pause(id, true, false);
        assertThat(cluster.stopped(WorkerKind.WORKER_KIND_TRAINER)).isEmpty();
        assertThat(cluster.status(id).getTasks(0).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        cluster.experiments.pause(id, true, true);
        cluster.tick();
        assertThat(cluster.stopped(WorkerKind.WORKER_KIND_TRAINER)).containsExactly(running);
        assertThat(cluster.status(id).getCounts().getRunning()).isZero();
        assertThat(cluster.begun).hasSize(1);

        cluster.experiments.pause(id, false, false);
        cluster.tick();
        assertThat(cluster.begun).hasSize(2);
        assertThat(cluster.begun.get(1).getKey()).isEqualTo(running);
    }

    @Test
    void pause_taskThatAnotherExperimentNeedsToo_runsForThatOne() {
        TestCluster cluster = cluster(1);
        String paused = cluster.submit(Samples.yaml()).id();
        String other = cluster.submit(Samples.yaml().replace("name: small", "name: other"))
                .id();
        cluster.experiments.pause(paused, true, true);

        cluster.start();

        assertThat(cluster.begun).hasSize(1);
        assertThat(label(cluster, cluster.begun.get(0), other)).isNotEmpty();
        cluster.experiments.pause(paused, true, true);
        assertThat(cluster.stopped(WorkerKind.WORKER_KIND_TRAINER)).isEmpty();
    }

    @Test
    void pause_experimentThatHasEnded_isRefused() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();
        cluster.experiments.cancel(id);

        assertThat(reason(() -> cluster.experiments.pause(id, true, false))).isEqualTo("EXPERIMENT_ENDED");
    }

    @Test
    void submit_cancelledContent_isANewRevisionOnlyWhenAskedFor() {
        TestCluster cluster = cluster(1).start();
        cluster.work(fixture.artifacts);
        StoredExperiment first = cluster.submit(Samples.yaml());
        cluster.rest();
        String other = cluster.submit(OTHER).id();
        cluster.experiments.cancel(other);
        assertThat(cluster.check(OTHER).id()).isEqualTo(other);

        StoredExperiment again = cluster.experiments
                .submit(cluster.experiments.check(source(OTHER), true))
                .experiment();

        assertThat(again.id()).isEqualTo(other + "-r2");
        assertThat(cluster.status(again.id()).getRevision()).isEqualTo(2);
        assertThat(cluster.status(again.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        // From now on the content is what runs, asked for or not.
        assertThat(cluster.check(OTHER).id()).isEqualTo(again.id());
        assertThat(cluster.experiments.check(source(OTHER), true).id()).isEqualTo(again.id());
        TestCluster next = cluster(2).start();
        assertThat(next.check(OTHER).id()).isEqualTo(again.id());
        next.experiments.cancel(again.id());
        assertThat(next.experiments.check(source(OTHER), true).id()).isEqualTo(other + "-r3");
        assertThat(next.experiments.check(source(Samples.yaml()), true).id()).isEqualTo(first.id());
    }

    @Test
    void submit_newRevision_takesOverWhatIsDone() {
        TestCluster cluster = cluster(1).start();
        cluster.work(fixture.artifacts);
        String id = cluster.submit(Samples.yaml()).id();
        while (cluster.status(id).getState() == ExperimentState.EXPERIMENT_STATE_RUNNING) {
            cluster.tick();
        }
        cluster.experiments.noteEnds();
        ExperimentStatus done = cluster.status(id);
        assertThat(done.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        // Nothing is left to cancel: the content is what succeeded.
        cluster.experiments.cancel(id);

        assertThat(cluster.experiments.check(source(Samples.yaml()), true).id()).isEqualTo(id);

        cluster.rest();
        String more = Samples.yaml().replace("name: small", "name: more").replace("seeds: [0, 1]", "seeds: [0, 1, 2]");
        String larger = cluster.submit(more).id();
        cluster.experiments.cancel(larger);
        StoredExperiment again = cluster.experiments
                .submit(cluster.experiments.check(source(more), true))
                .experiment();
        assertThat(cluster.status(again.id()).getTasksDone()).isEqualTo(20);
    }

    @Test
    void submit_withSettings_holdFromTheBeginning() {
        TestCluster cluster = cluster(1).start();

        String id = cluster.experiments
                .submit(
                        cluster.check(Samples.yaml()),
                        settings().setPriority(3).putLabels("team", "vision").build())
                .experiment()
                .id();

        assertThat(cluster.status(id).getSettings().getPriority()).isEqualTo(3);
        assertThat(cluster(2).start().status(id).getSettings().getLabelsMap()).containsKey("team");
    }

    private TestCluster cluster(long term) {
        return new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, term);
    }

    private static ExperimentSource source(String yaml) {
        return ExperimentSource.newBuilder().setYaml(yaml).build();
    }

    private static ExperimentSettings.Builder settings() {
        return ExperimentSettings.newBuilder();
    }

    private static void update(TestCluster cluster, String id, ExperimentSettings.Builder settings, String... paths) {
        cluster.experiments.update(UpdateExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setSettings(settings)
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                .build());
    }

    /** Of a task in an experiment; empty when it has no such task. */
    private static String label(TestCluster cluster, TaskAssignment task, String id) {
        return cluster.status(id).getTasksList().stream()
                .filter(one -> one.getKey().equals(task.getKey()))
                .map(one -> one.getLabel())
                .findFirst()
                .orElse("");
    }
}
