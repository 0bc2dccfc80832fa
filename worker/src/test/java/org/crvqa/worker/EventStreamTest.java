package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.TaskMetric;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private final FakeCall call = new FakeCall();
    private final EventStream<TaskEvent> stream = new EventStream<>(call, Function.identity());

    @Test
    void onEvent_callerReads_sendsAtOnce() {
        stream.onEvent(progress(1));
        stream.onEvent(metric(1));
        stream.onEvent(heartbeat());

        assertThat(call.kinds()).containsExactly(EventCase.PROGRESS, EventCase.METRIC, EventCase.HEARTBEAT);
    }

    @Test
    void onEvent_callerDoesNotRead_keepsNewestProgressOnly() {
        call.ready = false;
        for (int step = 1; step <= 1000; step++) {
            stream.onEvent(progress(step));
            stream.onEvent(heartbeat());
        }
        assertThat(call.sent).isEmpty();

        call.becomeReady();

        assertThat(call.sent).containsExactly(progress(1000));
    }

    @Test
    void onEvent_callerDoesNotRead_keepsBoundedNewestMetrics() {
        call.ready = false;
        for (int step = 1; step <= 1000; step++) {
            stream.onEvent(metric(step));
        }

        call.becomeReady();

        assertThat(call.sent).hasSize(EventStream.MAX_PENDING);
        assertThat(call.sent.get(call.sent.size() - 1)).isEqualTo(metric(1000));
    }

    @Test
    void onEvent_terminalWhileCallerDoesNotRead_sendsItLastAndCloses() {
        call.ready = false;
        stream.onEvent(metric(1));
        stream.onEvent(progress(2));

        boolean there = stream.onEvent(TaskEvent.newBuilder()
                .setCompleted(TaskCompleted.getDefaultInstance())
                .build());

        assertThat(call.kinds()).containsExactly(EventCase.METRIC, EventCase.PROGRESS, EventCase.COMPLETED);
        assertThat(call.completed).isTrue();
        assertThat(there).isFalse();
    }

    @Test
    void onEvent_callerCancelled_saysGone() {
        call.cancelled = true;

        assertThat(stream.onEvent(progress(1))).isFalse();
        assertThat(call.sent).isEmpty();
    }

    @Test
    void onEvent_callEndsDuringSend_saysGone() {
        call.failing = true;

        assertThat(stream.onEvent(TaskEvent.newBuilder()
                        .setAccepted(TaskAccepted.getDefaultInstance())
                        .build()))
                .isFalse();
        assertThat(stream.onEvent(progress(1))).isFalse();
    }

    private static TaskEvent progress(long step) {
        return TaskEvent.newBuilder()
                .setProgress(TaskProgress.newBuilder().setStep(step))
                .build();
    }

    private static TaskEvent metric(long step) {
        return TaskEvent.newBuilder()
                .setMetric(TaskMetric.newBuilder().setName("loss").setStep(step))
                .build();
    }

    private static TaskEvent heartbeat() {
        return TaskEvent.newBuilder()
                .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                .build();
    }

    /** A call whose flow control a test decides. */
    private static final class FakeCall extends ServerCallStreamObserver<TaskEvent> {
        private final List<TaskEvent> sent = new ArrayList<>();
        private boolean ready = true;
        private boolean cancelled;
        private boolean failing;
        private boolean completed;
        private Runnable onReady = () -> {};

        void becomeReady() {
            ready = true;
            onReady.run();
        }

        List<EventCase> kinds() {
            return sent.stream().map(TaskEvent::getEventCase).toList();
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onNext(TaskEvent event) {
            if (failing) {
                throw new IllegalStateException("call already closed");
            }
            sent.add(event);
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onCompleted() {
            completed = true;
        }
    }
}
