package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentsChanged;
import org.crvqa.coordinator.v1.ExperimentsSnapshot;
import org.crvqa.coordinator.v1.SnapshotReason;
import org.crvqa.coordinator.v1.WatchExperimentsRequest;
import org.crvqa.coordinator.v1.WatchExperimentsResponse;
import org.crvqa.coordinator.v1.WatchHeartbeat;
import org.crvqa.coordinator.v1.WatchSnapshotEnd;

/** One who watches all experiments, and what he has been told. One thread serves it. */
final class OverviewWatch extends Watch<WatchExperimentsResponse> {
    /** In one message. */
    private static final int EXPERIMENTS_A_MESSAGE = 500;

    private final long term;
    private final Map<String, String> labels;
    /** Those that it was told of, where it does not see all. */
    private final Set<String> shown = new HashSet<>();

    private SnapshotReason reason = SnapshotReason.SNAPSHOT_REASON_REQUESTED;
    private Overview.Position told = Overview.Position.NOTHING;
    /** What of a snapshot is still to be sent, and up to where it tells everything. */
    private List<ExperimentStatus> snapshot = List.of();

    private Overview.Position base = Overview.Position.NOTHING;

    OverviewWatch(
            WatchExperimentsRequest request,
            long term,
            String peer,
            ServerCallStreamObserver<WatchExperimentsResponse> observer) {
        super(peer, observer);
        this.term = term;
        this.labels = Map.copyOf(request.getLabelsMap());
        if (!request.getResumeToken().isEmpty()) {
            OverviewToken token = OverviewToken.parse(request.getResumeToken());
            if (token.term() == term) {
                told = new Overview.Position(token.step(), token.number());
            } else {
                reason = SnapshotReason.SNAPSHOT_REASON_OTHER_TERM;
            }
        }
    }

    @Override
    String what() {
        return "all experiments";
    }

    /** Up to where everything was told; {@link Overview.Position#NOTHING} while a snapshot is being sent. */
    Overview.Position told() {
        return told;
    }

    /** Sends what there is of a snapshot, as long as it takes messages. */
    void sendSnapshot(Overview overview, Instant now) {
        if (base.equals(Overview.Position.NOTHING)) {
            base = overview.now();
            snapshot = overview.all().stream().filter(this::concerns).toList();
        }
        boolean last = false;
        while (!last && isReady()) {
            int end = Math.min(EXPERIMENTS_A_MESSAGE, snapshot.size());
            List<ExperimentStatus> part = snapshot.subList(0, end);
            part.forEach(experiment -> shown.add(experiment.getId()));
            send(
                    WatchExperimentsResponse.newBuilder()
                            .setSnapshot(ExperimentsSnapshot.newBuilder()
                                    .addAllExperiments(part)
                                    .setReason(reason))
                            .build(),
                    now);
            snapshot = snapshot.subList(end, snapshot.size());
            last = snapshot.isEmpty();
        }
        if (last) {
            told = base;
            send(
                    withToken(WatchExperimentsResponse.newBuilder()
                            .setSnapshotEnd(WatchSnapshotEnd.getDefaultInstance())),
                    now);
        }
    }

    /**
     * Sends what it has not been told.
     *
     * @param changes since where it was told everything, or earlier
     */
    void sendChanges(Overview.Changes changes, Instant now) {
        List<ExperimentStatus> untold = new ArrayList<>(untold(changes));
        told = told.later(changes.now());
        while (!untold.isEmpty()) {
            int end = Math.min(EXPERIMENTS_A_MESSAGE, untold.size());
            List<ExperimentStatus> part = untold.subList(0, end);
            WatchExperimentsResponse.Builder message = WatchExperimentsResponse.newBuilder()
                    .setChanges(ExperimentsChanged.newBuilder().addAllExperiments(part));
            send(end == untold.size() ? withToken(message) : message.build(), now);
            untold = untold.subList(end, untold.size());
        }
        if (isDue(now)) {
            send(
                    withToken(WatchExperimentsResponse.newBuilder().setHeartbeat(WatchHeartbeat.getDefaultInstance())),
                    now);
        }
    }

    private Collection<ExperimentStatus> untold(Overview.Changes changes) {
        return changes.since(told).stream()
                .filter(experiment -> shown.contains(experiment.getId()) || concerns(experiment))
                .peek(experiment -> shown.add(experiment.getId()))
                .toList();
    }

    private boolean concerns(ExperimentStatus experiment) {
        return experiment.getSettings().getLabelsMap().entrySet().containsAll(labels.entrySet());
    }

    private WatchExperimentsResponse withToken(WatchExperimentsResponse.Builder message) {
        return message.setResumeToken(new OverviewToken(term, told.step(), told.number()).text())
                .build();
    }
}
