package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeviceLossTest {
    @Test
    void run_orderlyEndHangs_isForcedWithTheSameStatus() throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();

        new DeviceLoss(status -> ends.add("orderly " + status), status -> ends.add("forced " + status), Duration.ZERO)
                .run();

        List<String> both = new ArrayList<>();
        both.add(ends.poll(20, TimeUnit.SECONDS));
        both.add(ends.poll(20, TimeUnit.SECONDS));
        assertThat(both).containsExactlyInAnyOrder("orderly 75", "forced 75");
    }

    @Test
    void run_always_beginsAnOrderlyEndAndReturns() {
        BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();

        new DeviceLoss(statuses::add, status -> {}, Duration.ofHours(1)).run();

        assertThat(statuses).containsExactly(75);
    }
}
