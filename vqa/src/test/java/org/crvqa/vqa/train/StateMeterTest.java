package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.crvqa.artifacts.Checkpoints.StateFiles;
import org.crvqa.vqa.train.BenchmarkResult.StateCost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void latest_slowCaptures_isHowLongTrainingStoodStill() throws IOException {
        StateMeter meter = new StateMeter(folder.resolve("state"), now::get);
        save(meter, 5, 4);
        save(meter, 2, 1);
        StateCost cost = meter.latest().orElseThrow();
        assertThat(cost.seconds()).isEqualTo(3, within(1e-9));
        assertThat(cost.firstSeconds()).isEqualTo(9, within(1e-9));
        assertThat(cost.bytes()).isEqualTo(1234);
        assertThat(folder.resolve("state")).isEmptyDirectory();
    }

    @Test
    void isDue_requested_once() {
        StateMeter meter = new StateMeter(folder, now::get);
        assertThat(meter.isDue(1)).isFalse();
        meter.request();
        assertThat(meter.isDue(1)).isTrue();
        meter.save(1, () -> target -> {});
        assertThat(meter.isDue(2)).isFalse();
    }

    @Test
    void finish_nothingSaved_leavesNoCost() {
        StateMeter meter = new StateMeter(folder, now::get);
        meter.beforeChange(() -> now.addAndGet(SECOND));
        meter.finish();
        assertThat(meter.latest()).isEmpty();
    }

    @Test
    void finish_diskFull_saysWhere() {
        StateMeter meter = new StateMeter(folder, now::get);
        meter.request();
        meter.save(1, () -> target -> {
            throw new IOException("No space left on device");
        });
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(meter::finish)
                .withMessageContaining(folder.toString())
                .withMessageContaining("No space left on device");
    }

    private void save(StateMeter meter, int captureSeconds, int changeSeconds) {
        meter.request();
        StateFiles files = target -> Files.write(target.resolve("state"), new byte[1234]);
        meter.save(1, () -> {
            now.addAndGet(captureSeconds * SECOND);
            return files;
        });
        meter.beforeChange(() -> now.addAndGet(changeSeconds * SECOND));
        meter.finish();
    }
}
