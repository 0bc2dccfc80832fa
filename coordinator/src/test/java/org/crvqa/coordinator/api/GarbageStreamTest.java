package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageProgress;
import org.junit.jupiter.api.Test;

class GarbageStreamTest {
    private static final CollectGarbageResponse PROGRESS = CollectGarbageResponse.newBuilder()
            .setProgress(GarbageProgress.newBuilder().setObjectsSeen(1))
            .build();
    private static final CollectGarbageResponse ITEM = CollectGarbageResponse.newBuilder()
            .setItem(GarbageItem.getDefaultInstance())
            .build();

    private final Client client = new Client();
    private final AtomicLong nanos = new AtomicLong();
    private final GarbageStream stream = new GarbageStream(client, nanos::get);

    @Test
    void accept_progress_isToldOnceASecondAndOnlyToAClientThatReads() {
        stream.accept(PROGRESS);
        stream.accept(PROGRESS);
        assertThat(client.received).hasSize(1);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        client.readyAfter = 1;
        stream.accept(PROGRESS);
        assertThat(client.received).hasSize(1);
        stream.accept(PROGRESS);
        assertThat(client.received).hasSize(2);
    }

    @Test
    void accept_item_waitsUntilTheClientReads() {
        client.readyAfter = 3;
        stream.accept(ITEM);
        assertThat(client.received).containsExactly(ITEM);
        assertThat(client.readyAfter).isNegative();
    }

    @Test
    void accept_clientThatReadsNoMore_endsTheCollection() {
        client.readyAfter = Integer.MAX_VALUE;
        client.whenAsked = () -> nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThatThrownBy(() -> stream.accept(ITEM))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED))
                .hasMessageContaining("has not read");
    }

    @Test
    void accept_clientThatLeaves_endsTheCollection() {
        client.readyAfter = Integer.MAX_VALUE;
        client.whenAsked = () -> client.cancelled = true;
        assertThatThrownBy(() -> stream.accept(ITEM)).hasMessageContaining("CANCELLED");
        assertThatThrownBy(() -> stream.accept(PROGRESS)).hasMessageContaining("CANCELLED");
    }

    private static final class Client extends ServerCallStreamObserver<CollectGarbageResponse> {
        private final List<CollectGarbageResponse> received = new ArrayList<>();
        private int readyAfter;
        private boolean cancelled;
        private Runnable whenAsked = () -> {};

        @Override
        public boolean isReady() {
            whenAsked.run();
            return readyAfter-- <= 0;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void onNext(CollectGarbageResponse response) {
            received.add(response);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoRequest() {}
    }
}
