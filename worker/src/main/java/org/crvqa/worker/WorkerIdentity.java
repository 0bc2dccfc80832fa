package org.crvqa.worker;

import com.google.protobuf.util.Timestamps;
import java.time.Instant;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;

/**
 * Who a worker is; goes into manifests and {@code Describe}.
 *
 * @param id unique per process start
 * @param component name of the program, such as "trainer-service"
 * @param version of the program
 * @param device {@code cpu} or {@code gpu:0}; until the engine has started what was asked for, {@code auto} too
 * @param hardware what the device is; empty until the engine has started
 * @param threads compute threads
 * @param storeId of the store that it works with
 */
public record WorkerIdentity(
        String id,
        WorkerKind kind,
        String component,
        String version,
        String device,
        Hardware hardware,
        int threads,
        Instant started,
        String storeId) {
    /** This worker, once its engine has started. */
    WorkerIdentity on(StartedDevice chosen) {
        return new WorkerIdentity(
                id, kind, component, version, chosen.device(), chosen.hardware(), threads, started, storeId);
    }

    /** What of a description does not change while the process lives. */
    WorkerDescription.Builder description() {
        return WorkerDescription.newBuilder()
                .setWorkerId(id)
                .setKind(kind)
                .setDevice(device)
                .setThreads(threads)
                .setVersion(version)
                .setStoreId(storeId)
                .setStarted(Timestamps.fromMillis(started.toEpochMilli()));
    }
}
