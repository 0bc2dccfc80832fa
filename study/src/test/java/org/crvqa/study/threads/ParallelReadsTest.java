package org.crvqa.study.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelReadsTest {
    private static final List<Integer> KEYS = IntStream.range(0, 1000).boxed().toList();

    private final ParallelReads reads = ParallelReads.create();

    @AfterEach
    void close() {
        reads.close();
    }

    @Test
    void each_manyKeys_readsThemSideBySideAndKeepsTheirOrder() {
        CountDownLatch together = new CountDownLatch(ParallelReads.WIDTH);

        var read = reads.each(KEYS, key -> {
            together.countDown();
            return await(together) ? key * 2 : -1;
        });

        assertThat(read.keySet()).containsExactlyElementsOf(KEYS);
        assertThat(read.values())
                .containsExactlyElementsOf(KEYS.stream().map(key -> key * 2).toList());
    }

    @Test
    void each_storeFailsTwice_triesAgain() {
        AtomicInteger failures = new AtomicInteger();

        var read = reads.each(List.of(1), key -> {
            if (failures.getAndIncrement() < 2) {
                throw new StoreException("503");
            }
            return "read";
        });

        assertThat(read).containsEntry(1, "read");
    }

    @Test
    void each_storeFailsAlways_throwsItsError() {
        assertThatThrownBy(() -> reads.each(KEYS, key -> {
                    throw new StoreException("503 for good");
                }))
                .isInstanceOf(StoreException.class)
                .hasMessage("503 for good");
    }

    @Test
    void each_callerHasGone_stops() {
        AtomicInteger begun = new AtomicInteger();
        Context.CancellableContext call = Context.current().withCancellation();

        assertThatThrownBy(() -> call.run(() -> reads.each(KEYS, key -> {
                    call.cancel(null);
                    return begun.incrementAndGet();
                })))
                .hasMessageContaining(Status.Code.CANCELLED.name());
        assertThat(begun.get()).isLessThanOrEqualTo(ParallelReads.WIDTH + 1);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
