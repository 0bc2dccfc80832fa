package org.crvqa.cli.client;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.task.v1.TaskEvent;

/** One stream of a worker's events, handed from gRPC's threads to the one that waits for them. */
final class EventQueue<Q, R> implements ClientResponseObserver<Q, R> {
    // An event, or the end.
    private record Item(Optional<TaskEvent> event, Status end) {}

    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final Function<R, TaskEvent> event;
    private volatile Optional<ClientCallStreamObserver<Q>> call = Optional.empty();

    EventQueue(Function<R, TaskEvent> event) {
        this.event = event;
    }

    /** Tells every event; returns how the stream ended, UNAVAILABLE after {@code silence}. */
    Status drain(Consumer<TaskEvent> listener, Duration silence) throws InterruptedException {
        try {
            while (true) {
                Item item = items.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
                if (item == null) {
                    return Status.UNAVAILABLE.withDescription("silent for " + silence.toSeconds() + " s");
                }
                if (item.event().isEmpty()) {
                    return item.end();
                }
                listener.accept(item.event().get());
            }
        } finally {
            // After the end of the call this does nothing.
            call.ifPresent(c -> c.cancel("no longer listening", null));
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requestStream) {
        call = Optional.of(requestStream);
    }

    @Override
    public void onNext(R value) {
        items.add(new Item(Optional.of(event.apply(value)), Status.OK));
    }

    @Override
    public void onError(Throwable t) {
        items.add(new Item(Optional.empty(), Status.fromThrowable(t)));
    }

    @Override
    public void onCompleted() {
        items.add(new Item(Optional.empty(), Status.OK));
    }
}
