package org.crvqa.coordinator.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.study.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dispatcher does, and does not do, when it may not lead any more. */
class TermTest {
    @TempDir
    Path folder;

    private DispatchFixture cluster;
    private final Lease lease = new Lease();

    private static final class Lease implements Leadership {
        private boolean held = true;
        private int challenges;

        @Override
        public long term() {
            return 6;
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public void challenged(String by) {
            challenges++;
            held = false;
        }
    }

    @BeforeEach
    void open() {
        cluster = new DispatchFixture(folder, 2, 1, 1);
        cluster.leadBy(lease);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void assignmentsAndClaims_carryTheTerm() {
        cluster.submit(Samples.experiment());
        cluster.tick();

        var assignment = cluster.worker("trainer-0").running;
        assertThat(assignment.getTerm()).isEqualTo(6);
        assertThat(new String(
                        cluster.store
                                .read("tasks/" + assignment.getKey() + "/attempts/1.json")
                                .orElseThrow(),
                        UTF_8))
                .contains("\"term\":6");
    }

    @Test
    void leaseIsOver_nothingIsClaimedOrSent_untilItIsHeldAgain() {
        lease.held = false;
        String id = cluster.submit(Samples.experiment());
        cluster.pass(Duration.ofMinutes(2));
        assertThat(cluster.workers).allMatch(worker -> worker.calls.isEmpty());
        assertThat(cluster.store.list("tasks/")).isEmpty();

        lease.held = true;
        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void leaseEndsBetweenTheClaimAndTheCall_theCallIsNotMade() {
        cluster.submit(Samples.experiment());
        cluster.dispatcher.tick();
        cluster.loop.turnState();
        lease.held = false;

        cluster.loop.settle();

        assertThat(cluster.workers).allMatch(worker -> worker.calls.isEmpty());
        assertThat(cluster.store.list("tasks/")).isEmpty();
    }

    @Test
    void pausedForLongerThanTheSilence_thenGoesOn_noWorkerCountsAsLost() {
        cluster.submit(Samples.experiment());
        cluster.tick();
        lease.held = false;
        cluster.loop.pass(Duration.ofMinutes(10));
        cluster.tick();

        lease.held = true;
        cluster.tick();

        assertThat(cluster.meters.get("crvqa.workers.lost").counter().count()).isZero();
        assertThat(cluster.worker("trainer-0").calls).hasSize(1);
    }

    @Test
    void workerKnowsALaterTerm_dispatchStopsUntilTheStoreWasAsked() {
        cluster.worker("trainer-0").refusesTerm = true;
        cluster.submit(Samples.experiment());

        cluster.pass(Duration.ofMinutes(2));

        assertThat(lease.challenges).isEqualTo(1);
        assertThat(cluster.worker("trainer-0").calls).hasSize(1);
    }

    @Test
    void stop_listensToNothingAndGivesNothingOut() {
        cluster.submit(Samples.experiment());
        cluster.tick();
        FakeWorker trainer = cluster.worker("trainer-0");

        cluster.loop.get(cluster.dispatcher.stop());
        cluster.finish(trainer);
        cluster.pass(Duration.ofMinutes(2));

        assertThat(trainer.calls).hasSize(1);
        assertThat(trainer.cancelled).isEmpty();
    }
}
