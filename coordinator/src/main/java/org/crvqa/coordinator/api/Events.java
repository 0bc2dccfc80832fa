package org.crvqa.coordinator.api;

import com.google.protobuf.util.Timestamps;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentEvent;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.EventLog;
import org.crvqa.study.threads.ParallelReads;
import org.jboss.logging.Logger;

/** What happened to experiments, and by whom. Blocks on the store. Thread-safe. */
final class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);
    private static final int USUAL = 50;
    private static final int MOST = 200;

    private final EventLog log;
    private final ParallelReads reads;
    private final Clock clock;

    Events(EventLog log, ParallelReads reads, Clock clock) {
        this.log = log;
        this.reads = reads;
        this.clock = clock;
    }

    /** Somebody whose call this thread answers did something, and it holds. {@code detail}: for people. */
    void asked(String id, EventKind kind, String detail) {
        log.append(id, event(kind, detail).setCaller(Peer.caller()).build());
    }

    /** It has ended by itself, or because somebody had cancelled it. */
    void ended(String id, EndedRecord end) {
        String state = end.state().name().replace("EXPERIMENT_STATE_", "").toLowerCase(Locale.ROOT);
        log.append(
                id,
                event(
                                EventKind.EVENT_KIND_ENDED,
                                state + ": " + end.tasksDone() + " of " + end.tasksTotal() + " tasks done")
                        .build());
    }

    private ExperimentEvent.Builder event(EventKind kind, String detail) {
        return ExperimentEvent.newBuilder()
                .setKind(kind)
                .setTime(Timestamps.fromMillis(clock.millis()))
                .setDetail(detail);
    }

    /** A page of an experiment's events, the latest first. @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT */
    ListEventsResponse list(ListEventsRequest request) {
        int size = Pages.size(request.getPageSize(), USUAL, MOST);
        String before = request.getPageToken().isEmpty()
                ? ""
                : Pages.plain(request.getPageToken()).orElseThrow(Pages::wrongToken);
        List<String> names = log.names(request.getExperimentId()).stream()
                .filter(name -> before.isEmpty() || name.compareTo(before) < 0)
                .toList();
        List<String> page = names.subList(0, Math.min(size, names.size()));
        ListEventsResponse.Builder response = ListEventsResponse.newBuilder()
                .addAllEvents(reads.each(page, this::readable).values());
        if (names.size() > page.size()) {
            response.setNextPageToken(Pages.opaque(page.get(page.size() - 1)));
        }
        return response.build();
    }

    private ExperimentEvent readable(String name) {
        try {
            return log.read(name);
        } catch (ArtifactCorruptException e) {
            LOG.warnf("An event is not shown: %s", e.getMessage());
            return ExperimentEvent.newBuilder()
                    .setDetail(String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
