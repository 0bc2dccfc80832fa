package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private Instant wall = START;

    private final Clock system = new Clock() {
        @Override
        public Instant instant() {
            return wall;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @Test
    void instant_systemClockIsSet_tellsOnlyWhatHasPassed() {
        SteadyClock clock = new SteadyClock(system, nanos::get);

        wall = START.minus(Duration.ofMinutes(10));
        // Past the overflow that nanoTime() may have.
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
        assertThat(clock.withZone(ZoneOffset.UTC).instant()).isEqualTo(START.plusSeconds(3));
    }
}
