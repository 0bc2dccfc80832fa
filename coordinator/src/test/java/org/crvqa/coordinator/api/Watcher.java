package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client at the other end of a stream. */
class Watcher<A> extends ServerCallStreamObserver<A> {
    final List<A> got = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();
    boolean completed;
    int ends;
    /** False: it does not read. */
    boolean ready = true;

    @Override
    public void onNext(A message) {
        got.add(message);
    }

    @Override
    public void onError(Throwable error) {
        failure = Optional.of(error);
        ends++;
    }

    @Override
    public void onCompleted() {
        completed = true;
        ends++;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void setOnCancelHandler(@Nullable Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
