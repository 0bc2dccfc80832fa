package org.crvqa.artifacts.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ParentWatchTest {
    @Test
    void start_parentEnds_runsOnce() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        // Ends when its standard input is closed.
        Process parent = new ProcessBuilder("cat").start();
        ParentWatch.start(parent.pid(), ended::countDown);
        assertThat(ended.getCount()).isEqualTo(1);

        parent.getOutputStream().close();

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void start_noSuchParent_runsAtOnce() {
        CountDownLatch ended = new CountDownLatch(1);

        ParentWatch.start(Long.MAX_VALUE, ended::countDown);

        assertThat(ended.getCount()).isZero();
    }

    @Test
    void begin_parentCannotBeLookedAt_waitsUntilItCan() {
        AtomicBoolean descriptorsLeft = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        Deque<Runnable> later = new ArrayDeque<>();
        long own = ProcessHandle.current().pid();
        ParentWatch watch = new ParentWatch(
                own,
                // Of another process than this one, which cannot be waited for.
                pid -> descriptorsLeft.get() ? ProcessHandle.of(pid).flatMap(ProcessHandle::parent) : Optional.empty(),
                later::add,
                () -> ended.set(true));

        watch.begin();
        later.remove().run();
        assertThat(ended).isFalse();
        assertThat(later).hasSize(1);

        descriptorsLeft.set(true);
        later.remove().run();
        assertThat(ended).isFalse();
        assertThat(later).isEmpty();
    }

    @Test
    void look_parentLooksDeadBecauseItCannotBeReadOf_isWatchedOn() throws Exception {
        AtomicBoolean descriptorsLeft = new AtomicBoolean(true);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch doubted = new CountDownLatch(1);
        Process parent = new ProcessBuilder("cat").start();
        ProcessHandle own = ProcessHandle.of(ProcessHandle.current().pid()).orElseThrow();
        // The id is of a process that lives; the end that is reported is of another one.
        ParentWatch watch = new ParentWatch(
                own.pid(),
                pid -> descriptorsLeft.get() ? Optional.of(parent.toHandle()) : Optional.empty(),
                task -> doubted.countDown(),
                ended::countDown);
        watch.begin();
        descriptorsLeft.set(false);

        parent.destroy();

        assertThat(doubted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.getCount()).isEqualTo(1);
    }
}
