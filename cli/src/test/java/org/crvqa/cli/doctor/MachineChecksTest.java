package org.crvqa.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineChecksTest {
    private static final long GIBIBYTE = 1L << 30;

    @ParameterizedTest
    @CsvSource({"0, FAILED", "1, WARNING", "9, WARNING", "10, OK", "500, OK"})
    void disk_freeSpace_isJudged(long gibibytes, Check.Status status) {
        Check check = MachineChecks.disk(Path.of("cache"), gibibytes * GIBIBYTE);

        assertThat(check.status()).isEqualTo(status);
        assertThat(check.found()).isEqualTo("cache: " + gibibytes + ".0 GiB free");
        assertThat(check.advice().isEmpty()).isEqualTo(status == Check.Status.OK);
    }
}
