package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that come and go while tasks run. */
class MembersTest {
    private static final Experiment DENSE = Samples.dense();
    private static final String STAGE1 = "stage 1 bce, tiny, seed 0";

    @TempDir
    Path folder;

    private DispatchFixture cluster;
    private FakeWorker first;
    private FakeWorker second;

    @BeforeEach
    void start() {
        cluster = new DispatchFixture(folder, 2, 0, 1);
        first = cluster.worker("trainer-0");
        second = cluster.worker("trainer-1");
        cluster.tick();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Member pod(String uid, FakeWorker at, boolean takesWork) {
        return new Member(uid, at.kind(), at.address(), takesWork, Optional.of("pod-" + uid));
    }

    private static Member pod(String uid, FakeWorker at) {
        return pod(uid, at, true);
    }

    private void members(Member... members) {
        cluster.dispatcher.members(List.of(members));
        cluster.pass(Duration.ofSeconds(2));
    }

    private TaskStatus task(String id) {
        return cluster.task(id, STAGE1);
    }

    private FleetView fleet() {
        return cluster.loop.get(cluster.dispatcher.fleet());
    }

    @Test
    void nobodyIsThere_taskWaits_oneComes_isGivenIt() {
        members();
        String id = cluster.submit(DENSE);
        cluster.pass(Duration.ofSeconds(5));
        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_READY);
        assertThat(fleet().ready()).containsEntry(WorkerKind.WORKER_KIND_TRAINER, 1);

        members(pod("a", first));

        assertThat(first.running).isNotNull();
        assertThat(task(id).getWorker()).isEqualTo("pod-a");
        assertThat(fleet().running()).containsEntry(WorkerKind.WORKER_KIND_TRAINER, 1);
        assertThat(fleet().seats()).extracting(FleetView.Seat::state).containsExactly(FleetView.State.BUSY);
    }

    @Test
    void nobodyHasToldWhoThereIs_nothingIsGivenOut() {
        cluster.restartUntold();
        String id = cluster.submit(DENSE);
        cluster.pass(Duration.ofSeconds(5));
        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_READY);

        members(pod("a", first));

        assertThat(first.running).isNotNull();
    }

    @Test
    void notReady_getsNothing_andIsListenedTo() {
        members(pod("a", first), pod("b", second, false));
        String id = cluster.submit(DENSE.toBuilder().addSeeds(1).build());
        cluster.pass(Duration.ofSeconds(5));
        assertThat(second.running).isNull();
        assertThat(first.running).isNotNull();

        members(pod("a", first, false), pod("b", second, false));
        cluster.finish(first);

        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(first.running).isNull();
        assertThat(second.running).isNull();
    }

    @Test
    void goneFromTheList_streamIsKept_forgottenWhenItIsDone() {
        members(pod("a", first));
        String id = cluster.submit(DENSE);
        cluster.tick();

        members();
        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.loop.get(cluster.dispatcher.workers())).hasSize(1);
        cluster.finish(first);
        cluster.pass(Duration.ofSeconds(2));

        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(cluster.loop.get(cluster.dispatcher.workers())).isEmpty();
    }

    @Test
    void goneAndLost_taskGoesElsewhereAtOnce() {
        members(pod("a", first), pod("b", second));
        String id = cluster.submit(DENSE);
        cluster.tick();
        assertThat(first.running).isNotNull();

        first.kill();
        cluster.dispatcher.members(List.of(pod("b", second)));
        cluster.pass(Duration.ofSeconds(3));

        assertThat(second.running).isNotNull();
        assertThat(task(id).getAttempt()).isEqualTo(2);
        assertThat(cluster.loop.get(cluster.dispatcher.workers())).hasSize(1);
    }

    @Test
    void otherAddress_sameWorker_isListenedToThere() {
        members(pod("a", first));
        String id = cluster.submit(DENSE);
        cluster.tick();
        second.running = first.running;
        first.running = null;

        members(pod("a", second));

        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(task(id).getAttempt()).isEqualTo(1);
        assertThat(second.listener).isNotNull();
        assertThat(first.closed).isTrue();
        assertThat(cluster.loop.get(cluster.dispatcher.workers())).hasSize(1);
    }

    @Test
    void anotherPodAtTheAddressOfOneThatIsGone_isNotTakenForIt() {
        members(pod("a", first));
        String id = cluster.submit(DENSE);
        cluster.tick();
        // Nobody closed the old connection.
        first.running = null;
        first.listener = null;
        first.restart();

        members(pod("b", first));

        assertThat(cluster.loop.get(cluster.dispatcher.workers()))
                .singleElement()
                .satisfies(worker -> assertThat(worker.getPod()).isEqualTo("pod-b"));
        assertThat(first.running).isNotNull();
        cluster.finish(first);
        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
    }

    @Test
    void anotherProcessAnswers_whileTheStreamIsSilent_attemptIsLostAtOnce() {
        first.saysWhoItIs = true;
        String id = cluster.submit(DENSE);
        cluster.tick();
        assertThat(first.running).isNotNull();
        // As when a machine vanished and is back: nobody closed the old connection.
        first.running = null;
        first.listener = null;
        first.restart();

        cluster.pass(Duration.ofSeconds(20));

        assertThat(task(id).getAttempt()).isEqualTo(2);
    }

    @Test
    void manyLossesOnOneWorker_restart_nobodyHasToldWhoElseThereIs_taskIsNotGivenUp() {
        members(pod("a", first), pod("b", second));
        cluster.submit(DENSE.toBuilder().setName("other").setSeeds(0, 7).build());
        String id = cluster.submit(DENSE);
        cluster.tick();
        FakeWorker losing = first.running.getKey().equals(task(id).getKey()) ? first : second;
        for (int i = 0; i < DispatchSettings.LOSSES_WITHOUT_PROGRESS; i++) {
            losing.kill();
            cluster.loop.settle();
            losing.restart();
            cluster.pass(Duration.ofMinutes(11));
        }
        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        losing.kill();
        cluster.loop.settle();

        cluster.restartUntold();
        cluster.submit(DENSE);
        cluster.pass(Duration.ofSeconds(5));

        assertThat(task(id).getState()).isEqualTo(TaskState.TASK_STATE_READY);
    }

    @Test
    void aThousandLists_oneTurn() {
        for (int i = 0; i < 1000; i++) {
            cluster.dispatcher.members(List.of(pod("a", first)));
        }

        assertThat(cluster.loop.waitingTurns()).isEqualTo(1);
    }
}
