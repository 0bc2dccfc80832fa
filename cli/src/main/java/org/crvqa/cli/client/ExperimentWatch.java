package org.crvqa.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchForm;

/**
 * Follows an experiment to its end. A stream that breaks, or is silent for longer than the coordinator allows itself, is
 * opened again with backoff: the coordinator may be restarting, and its state is in the store.
 */
public final class ExperimentWatch {
    /** Hears what happens, in the thread that calls {@link #follow}. */
    public interface Listener {
        /** A new state. */
        void changed(ExperimentSnapshot snapshot);

        /** The stream broke. It is opened again. */
        void disconnected(String reason);

        /** It works again. */
        void reconnected();
    }

    /**
     * How long to wait.
     *
     * @param silence without a message after which a stream counts as broken
     * @param firstBackoff before the first new attempt; doubled for each further one
     * @param longestBackoff the most between attempts
     * @param patience without any message after which the watch fails; before the first message a quarter of it
     */
    public record Timing(Duration silence, Duration firstBackoff, Duration longestBackoff, Duration patience) {
        /** For people: they wait two minutes for a coordinator to come back. */
        public static final Timing USUAL = new Timing(
                Duration.ofSeconds(20), Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(2));
    }

    // A message, a failure, or neither: the stream ended well.
    private record Event(Optional<WatchExperimentResponse> message, Optional<Status> failure) {}

    private final CoordinatorClient client;
    private final Timing timing;
    private final InstantSource clock;
    private ExperimentSnapshot snapshot = ExperimentSnapshot.empty();
    private boolean connected;
    /** It has so many tasks that it is told of those alone that run or failed. */
    private boolean large;

    private long heardMillis;

    /** One watch; use it once. */
    public ExperimentWatch(CoordinatorClient client, Timing timing, InstantSource clock) {
        this.client = client;
        this.timing = timing;
        this.clock = clock;
    }

    /**
     * Blocks until the experiment has ended and returns its last state.
     *
     * @throws CoordinatorException when there is no such experiment, or no coordinator for too long
     */
    public ExperimentSnapshot follow(String id, Listener listener) throws InterruptedException {
        heardMillis = clock.millis();
        boolean everConnected = false;
        Duration backoff = timing.firstBackoff();
        while (true) {
            boolean knew = large;
            Status end = stream(id, listener, everConnected);
            if (large && !knew) {
                continue;
            }
            if (snapshot.ended()) {
                return snapshot;
            }
            if (end.getCode() == Status.Code.INVALID_ARGUMENT
                    && !snapshot.resumeToken().isEmpty()) {
                // Another release leads by now, which knows no such token: everything is told again.
                snapshot = ExperimentSnapshot.empty();
                continue;
            }
            if (connected) {
                backoff = timing.firstBackoff();
                everConnected = true;
                listener.disconnected(reason(end));
            }
            long silent = clock.millis() - heardMillis;
            long patience = timing.patience().toMillis() / (everConnected ? 1 : 4);
            if (!transientFailure(end) || silent > patience) {
                throw CoordinatorException.of(new StatusRuntimeException(end), client.address(), "");
            }
            TimeUnit.MILLISECONDS.sleep(backoff.toMillis());
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(timing.longestBackoff()) < 0 ? doubled : timing.longestBackoff();
            client.channel().resetConnectBackoff();
        }
    }

    // One stream from its start to its end; OK when the server ended it.
    private Status stream(String id, Listener listener, boolean again) throws InterruptedException {
        connected = false;
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        Receiver receiver = new Receiver(events);
        CoordinatorServiceGrpc.newStub(client.channel()).watchExperiment(request(id), receiver);
        try {
            while (true) {
                Event event = events.poll(timing.silence().toMillis(), TimeUnit.MILLISECONDS);
                if (event == null) {
                    return Status.UNAVAILABLE.withDescription(
                            "silent for " + timing.silence().toSeconds() + " s");
                }
                if (event.message().isEmpty()) {
                    return event.failure().orElse(Status.OK);
                }
                if (!connected && again) {
                    listener.reconnected();
                }
                connected = true;
                heardMillis = clock.millis();
                WatchExperimentResponse message = event.message().get();
                if (ExperimentSnapshot.isLarge(message.getSnapshot().getExperiment()) && !large) {
                    // Too many to be told one by one: again, with those alone that run or failed.
                    large = true;
                    return Status.OK;
                }
                boolean silent = message.hasHeartbeat() || message.hasSnapshotEnd();
                snapshot = snapshot.after(message);
                if (!silent) {
                    listener.changed(snapshot);
                }
            }
        } finally {
            receiver.cancel();
        }
    }

    private WatchExperimentRequest request(String id) {
        if (large && snapshot.resumeToken().isEmpty()) {
            // What ran then may have ended since, and would not be told.
            snapshot = ExperimentSnapshot.empty();
        }
        WatchExperimentRequest.Builder request = WatchExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setForm(WatchForm.WATCH_FORM_EVENTS)
                .setResumeToken(snapshot.resumeToken());
        if (large) {
            request.addSnapshotStates(TaskState.TASK_STATE_RUNNING).addSnapshotStates(TaskState.TASK_STATE_FAILED);
        }
        return request.build();
    }

    private static String reason(Status end) {
        return end.isOk()
                ? "the coordinator ended the stream"
                : end.getDescription() == null ? end.getCode().toString() : end.getDescription();
    }

    private static boolean transientFailure(Status status) {
        return switch (status.getCode()) {
            // A server that dies or drains shows as any of these.
            case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, RESOURCE_EXHAUSTED -> true;
            default -> false;
        };
    }

    private static final class Receiver
            implements ClientResponseObserver<WatchExperimentRequest, WatchExperimentResponse> {
        private final BlockingQueue<Event> events;
        private volatile Optional<ClientCallStreamObserver<WatchExperimentRequest>> call = Optional.empty();

        Receiver(BlockingQueue<Event> events) {
            this.events = events;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchExperimentRequest> requestStream) {
            call = Optional.of(requestStream);
        }

        @Override
        public void onNext(WatchExperimentResponse value) {
            events.add(new Event(Optional.of(value), Optional.empty()));
        }

        @Override
        public void onError(Throwable t) {
            events.add(new Event(Optional.empty(), Optional.of(Status.fromThrowable(t))));
        }

        @Override
        public void onCompleted() {
            events.add(new Event(Optional.empty(), Optional.empty()));
        }

        // After the end of the call this does nothing.
        void cancel() {
            call.ifPresent(c -> c.cancel("the watch ended", null));
        }
    }
}
