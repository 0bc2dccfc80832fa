package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PrefetchTest {
    private static final int STEPS = 6;

    private final AtomicLong clock = new AtomicLong();
    private final List<Integer> filled = Collections.synchronizedList(new ArrayList<>());

    /** Decoding takes as long as it likes while a step runs: the source goes on only once the step before it has begun. */
    @Test
    @Timeout(60)
    void await_slowSource_fillsWhileTheStepBeforeRuns() throws InterruptedException {
        CountDownLatch[] begun = new CountDownLatch[STEPS];
        CountDownLatch[] done = new CountDownLatch[STEPS];
        for (int i = 0; i < STEPS; i++) {
            begun[i] = new CountDownLatch(1);
            done[i] = new CountDownLatch(1);
        }
        Prefetch.Source slow = step -> {
            if (step > 0) {
                // Would wait for ever if the step were not running before its successor's batch is there.
                join(begun[step - 1]);
            }
            clock.addAndGet(1_000);
            filled.add(step);
            done[step].countDown();
        };
        try (Prefetch prefetch = new Prefetch(slow, STEPS, true, clock::get)) {
            prefetch.await(0);
            long first = prefetch.waitedNanos();
            for (int step = 0; step < STEPS - 1; step++) {
                begun[step].countDown();
                // The step takes longer than the decoding.
                done[step + 1].await();
                prefetch.await(step + 1);
            }
            assertThat(filled).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(prefetch.waitedNanos()).isEqualTo(first);
        }
    }

    @Test
    void await_notAhead_fillsWhenAsked() {
        try (Prefetch prefetch = new Prefetch(this::fill, STEPS, false, clock::get)) {
            prefetch.await(2);
            assertThat(filled).containsExactly(2);
            prefetch.await(3);
            assertThat(filled).containsExactly(2, 3);
            assertThat(prefetch.waitedNanos()).isEqualTo(2_000);
        }
    }

    @Test
    @Timeout(60)
    void await_beginningInTheMiddle_fillsNothingBeforeAndNothingBeyond() {
        Prefetch prefetch = new Prefetch(this::fill, STEPS, true, clock::get);
        prefetch.await(3);
        prefetch.await(4);
        prefetch.await(5);
        prefetch.close();
        assertThat(filled).containsExactly(3, 4, 5);
    }

    @Test
    void await_sourceThatFails_failsAsTheSource() {
        Prefetch.Source broken = step -> {
            throw new IllegalStateException("no such image");
        };
        try (Prefetch prefetch = new Prefetch(broken, STEPS, true, clock::get)) {
            assertThatThrownBy(() -> prefetch.await(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no such image");
        }
    }

    private void fill(int step) {
        clock.addAndGet(1_000);
        filled.add(step);
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
