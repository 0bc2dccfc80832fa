package org.crvqa.study.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private final Logger log = Logger.getLogger(Threads.class.getName());
    private final Queue<Level> logged = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getThrown() != null) {
                logged.add(entry.getLevel());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void listen() {
        log.addHandler(handler);
    }

    @AfterEach
    void close() {
        scheduler.shutdownNow();
        log.removeHandler(handler);
    }

    @Test
    void every_actionThatThrows_isLoggedAndRunsAgain() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        Threads.every(scheduler, Duration.ofMillis(1), () -> {
            runs.countDown();
            throw new IllegalStateException("as expected");
        });
        assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(logged)
                .isNotEmpty()
                .allSatisfy(level -> assertThat(level.intValue()).isGreaterThan(Level.WARNING.intValue() - 1));
    }

    @Test
    void every_interruptedByTheEndOfItsScheduler_isNoError() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(1);
        Threads.every(scheduler, Duration.ofMillis(1), () -> {
            runs.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
        assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(logged).allSatisfy(level -> assertThat(level.intValue()).isLessThan(Level.WARNING.intValue()));
    }
}
