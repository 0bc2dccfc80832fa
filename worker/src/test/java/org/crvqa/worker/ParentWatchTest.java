package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
}
