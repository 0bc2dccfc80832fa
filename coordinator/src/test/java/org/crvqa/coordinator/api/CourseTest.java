package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.experiment.Mark;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends, wishes to cancel and retries, with leaders that die in the middle or do not know that they lead no more. */
class CourseTest {
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
    void cancel_coordinatorDiesAfterTheWish_theNextOneCancels() {
        TestCluster first = cluster(1);
        String id = first.submit(Samples.yaml()).id();
        AtomicBoolean asked = new AtomicBoolean();
        TestCluster dies = new TestCluster(
                InterceptedStore.ofAll(fixture.store, (method, name) -> {
                    // The look for a newer term, right after the wish.
                    if (method.equals("exists") && name.startsWith("coordinator/terms/") && asked.get()) {
                        throw new StoreException("killed");
                    }
                }),
                folder.resolve("cache"),
                Release.CURRENT,
                2);
        dies.start();
        asked.set(true);
        assertThatThrownBy(() -> dies.experiments.cancel(id)).isInstanceOf(StoreException.class);
        assertThat(dies.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);

        TestCluster next = cluster(3).start();

        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(next.begun).isEmpty();
    }

    @Test
    void cancel_everyTaskIsDone_theEndWins() {
        TestCluster cluster = cluster(1).start();
        String id = cluster.submit(Samples.yaml()).id();
        // Done, and this coordinator dies before it hears of it, after somebody wished to cancel.
        finish(cluster);
        wish(id);

        TestCluster next = cluster(3).start();

        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        next.experiments.cancel(id);
        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster(4).start().status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void cancel_wishedByAnEarlierLeaderWhileAnotherTakesOver_eitherHoldsForBoth() {
        TestCluster early = cluster(1).start();
        String id = early.submit(Samples.yaml()).id();
        TestCluster late = cluster(2);
        late.start();

        assertThatThrownBy(() -> early.experiments.cancel(id)).isInstanceOf(LaterTermException.class);

        assertThat(late.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster(3).start().status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void cancel_whileTheNextLeaderReadsTheExperiment_isCarriedOutByIt() {
        TestCluster early = cluster(1).start();
        String id = early.submit(Samples.yaml()).id();
        AtomicBoolean once = new AtomicBoolean();
        TestCluster late = new TestCluster(
                InterceptedStore.of(fixture.store, name -> {
                    if (name.contains("/marks/") && once.compareAndSet(false, true)) {
                        early.experiments.cancel(id);
                    }
                }),
                folder.resolve("cache"),
                Release.CURRENT,
                2);

        late.start();

        assertThat(early.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(late.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
    }

    @Test
    void noteEnds_byALeaderThatWasReplaced_doesNotEndWhatRunsElsewhere() {
        TestCluster early = cluster(1).start();
        String id = early.submit(Samples.yaml()).id();
        early.cancelOnBoardOnly(id);
        TestCluster late = cluster(2).start();

        early.experiments.noteEnds();

        assertThat(late.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster(3).start().status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void submitAndCancel_anotherTermWasClaimed_areNotAcknowledged() {
        TestCluster deposed = cluster(1).start();
        String id = deposed.submit(Samples.yaml()).id();
        claim(2);

        assertThatThrownBy(() -> deposed.submit(Samples.yaml().replace("name: small", "name: other")))
                .isInstanceOf(DeposedException.class);
        assertThatThrownBy(() -> deposed.experiments.cancel(id)).isInstanceOf(DeposedException.class);
        assertThatThrownBy(() -> deposed.experiments.retry(id)).isInstanceOf(DeposedException.class);
    }

    @Test
    void submit_termIsClaimedBeforeTheSpecIsWritten_isNotAcknowledged() {
        ObjectStore suspended = InterceptedStore.of(fixture.store, name -> {
            if (name.endsWith("/spec.json")) {
                claim(2);
            }
        });
        TestCluster deposed = new TestCluster(suspended, folder.resolve("cache"), Release.CURRENT, 1);

        assertThatThrownBy(() -> deposed.submit(Samples.yaml())).isInstanceOf(DeposedException.class);
    }

    /** As a leader of term 1 leaves it that dies before its dispatcher hears of the wish. */
    private void wish(String id) {
        Courses courses = new Courses(fixture.store);
        courses.append(id, courses.latest(id), Mark.cancel(1));
    }

    private void claim(int term) {
        fixture.store.createIfAbsent("coordinator/terms/%012d.json".formatted(term), new byte[] {'{', '}'});
    }

    private void finish(TestCluster cluster) {
        cluster.check(Samples.yaml())
                .plan()
                .tasks()
                .forEach(task -> fixture.commit(task.spec(), Manifest.getDefaultInstance()));
    }

    private TestCluster cluster(long term) {
        return new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, term);
    }
}
