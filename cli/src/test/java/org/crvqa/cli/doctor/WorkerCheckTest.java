package org.crvqa.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.client.FakeWorker;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerCheckTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    @TempDir
    private Path folder;

    private ObjectStore store;

    @BeforeEach
    void open() {
        store = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void of_workerThatIsWell_saysWhatItIs() throws Exception {
        Check check = check(description());

        assertThat(check.status()).isEqualTo(Check.Status.OK);
        assertThat(check.found()).isEqualTo("idle, cpu with 2 threads, version 1.0, clock 0.0 s off");
    }

    @Test
    void of_everythingWrong_advisesOnEach() throws Exception {
        Check check = check(description()
                .setVersion("0.9")
                .setState(WorkerState.WORKER_STATE_DEVICE_FAILED)
                .setNow(timestamp(NOW.minusSeconds(30)))
                .setLastDeath(WorkerDeath.newBuilder()
                        .setKey("abc")
                        .setAttempt(2)
                        .setCause(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY)));

        assertThat(check.status()).isEqualTo(Check.Status.FAILED);
        assertThat(check.found())
                .contains("its device is broken")
                .contains("version 0.9, this program is 1.0")
                .contains("attempt 2 of task abc, killed for memory")
                .contains("clock 30.0 s behind");
        assertThat(check.advice())
                .contains("nvidia-smi")
                .contains("more memory")
                .contains("NTP");
    }

    @Test
    void of_workerBehindAFirewall_isJudgedByWhatTheCoordinatorKnows() {
        WorkerStatus known = status("localhost:1", description().build())
                .setLastSeen(timestamp(NOW))
                .build();

        Check check = WorkerCheck.of(known, "1.0", InstantSource.fixed(NOW));

        assertThat(check.status()).isEqualTo(Check.Status.OK);
        assertThat(check.found())
                .endsWith("not reachable from this machine, clock 0.0 s off against the coordinator's");
    }

    @Test
    void of_unreachableWorker_fails() {
        WorkerStatus known =
                status("localhost:1", description().build()).setReachable(false).build();

        assertThat(WorkerCheck.of(known, "1.0", InstantSource.fixed(NOW)).status())
                .isEqualTo(Check.Status.FAILED);
    }

    private Check check(WorkerDescription.Builder description) throws IOException, InterruptedException {
        try (FakeWorker worker = new FakeWorker(store, 10, FakeWorker.Flaw.NONE, description.build())) {
            return WorkerCheck.of(
                    status(worker.address(), WorkerDescription.getDefaultInstance())
                            .build(),
                    "1.0",
                    InstantSource.fixed(NOW));
        }
    }

    private static WorkerStatus.Builder status(String address, WorkerDescription description) {
        return WorkerStatus.newBuilder()
                .setAddress(address)
                .setKind(WorkerKind.WORKER_KIND_TRAINER)
                .setReachable(true)
                .setWorker(description);
    }

    private static WorkerDescription.Builder description() {
        return WorkerDescription.newBuilder()
                .setState(WorkerState.WORKER_STATE_IDLE)
                .setDevice("cpu")
                .setThreads(2)
                .setVersion("1.0")
                .setNow(timestamp(NOW));
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
    }
}
