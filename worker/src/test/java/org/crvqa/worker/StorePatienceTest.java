package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.Test;

class StorePatienceTest {
    private final RunningTask task =
            new RunningTask(keyOf(training(1)), training(1), "worker", InstantSource.system(), System::nanoTime);
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void keepTrying_storeComesBack_succeeds() throws Exception {
        StorePatience patience = new StorePatience(Duration.ofMinutes(1), System::nanoTime, new SplittableRandom(1));
        String result = patience.keepTrying(task, () -> {
            if (tries.incrementAndGet() < 2) {
                throw new StoreException("503");
            }
            return "committed";
        });
        assertThat(result).isEqualTo("committed");
        assertThat(tries).hasValue(2);
    }

    @Test
    void keepTrying_limitOver_givesUpWithTheLatestTrouble() {
        AtomicLong now = new AtomicLong();
        StorePatience patience = new StorePatience(
                Duration.ofMinutes(10),
                () -> now.getAndAdd(Duration.ofMinutes(6).toNanos()),
                new SplittableRandom(1));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> patience.keepTrying(task, () -> {
                    throw new StoreException("503 number " + tries.incrementAndGet());
                }))
                .withMessage("503 number 2");
    }

    @Test
    void keepTrying_taskEndsMeanwhile_givesUpAtOnce() {
        task.interrupt("the process stops");
        StorePatience patience = new StorePatience(Duration.ofDays(1), System::nanoTime, new SplittableRandom(1));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> patience.keepTrying(task, () -> {
                    throw new StoreException("503 number " + tries.incrementAndGet());
                }));
        assertThat(tries).hasValue(1);
    }
}
