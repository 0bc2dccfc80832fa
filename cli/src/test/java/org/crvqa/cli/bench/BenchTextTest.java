package org.crvqa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.crvqa.cli.bench.WorkReport.Machine;
import org.crvqa.cli.bench.WorkReport.Measurement;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchTextTest {
    @Test
    void lines_ofACpu_sayUnitsAndCosts() {
        List<String> lines = BenchText.lines(
                report(new Machine("cpu", "Xeon", "0.36.0", "2.7.1"), measurement(6_300_000_000L, 1.5)), false);
        assertThat(lines.get(0))
                .isEqualTo("lxmert-base (lxmert): 207.9 million parameters and an answer head for 2,274 answers;"
                        + " 14 word pieces, 36 regions");
        assertThat(lines.get(1))
                .startsWith("on cpu (Xeon), 2 threads, bfloat16, loss bce; crvqa ")
                .endsWith("2.7.1");
        assertThat(lines.get(4)).matches("stage2 +32 +10 +2\\.00 +1\\.50 +0\\.500 +16\\.0 +6\\.30 GB +12\\.5 %");
        assertThat(lines)
                .endsWith(
                        "stage2: setting all thresholds, every 100 steps, takes 310 ms.",
                        "stage2: training stands still for 730 ms to save a state of 2.50 GB, the first time for 1.20 s;"
                                + " the state is on disk after 5.10 s.");
    }

    @Test
    void lines_whatWasNotMeasured_isADash() {
        List<String> lines =
                BenchText.lines(report(new Machine("gpu:0", null, "0.36.0", "2.7.1"), measurement(null, null)), false);
        assertThat(lines.get(1)).startsWith("on gpu:0, 2 threads");
        assertThat(lines.get(4)).matches("stage2 +32 +10 +2\\.00 +– +0\\.500 +16\\.0 +1\\.00 GB \\(host\\) +12\\.5 %");
    }

    @Test
    void json_ofAGpu_namesItInBothFields() {
        assertThat(report(new Machine("gpu:0", "H100", "0.36.0", "2.7.1"), measurement(null, null))
                        .json())
                .contains("\"device_name\" : \"H100\"")
                .contains("\"gpu_name\" : \"H100\"")
                .contains("\"peak_memory_bytes\" : null");
    }

    @Test
    void number_anySize_hasDigitsThatSaySomething() {
        assertThat(BenchText.number(0.00123456)).isEqualTo("0.00123");
        assertThat(BenchText.number(4.5678)).isEqualTo("4.57");
        assertThat(BenchText.number(1234.4)).isEqualTo("1234");
        assertThat(BenchText.number(0.5)).isEqualTo("0.500");
        assertThat(BenchText.number(16)).isEqualTo("16.0");
        assertThat(BenchText.number(0)).isEqualTo("0");
    }

    private static BenchReport report(Machine machine, Measurement measurement) {
        return new BenchReport(
                BenchModel.base(),
                14,
                36,
                2274,
                2,
                Precision.PRECISION_BFLOAT16,
                LossKind.LOSS_KIND_BCE,
                List.of(new WorkReport(machine, 32, measurement)));
    }

    private static Measurement measurement(@Nullable Long peak, @Nullable Double cpu) {
        return new Measurement(
                "stage2",
                "bce",
                10,
                32,
                2,
                cpu,
                0.5,
                16,
                peak,
                peak == null ? null : "process",
                1_000_000_000L,
                0.125,
                0.73,
                1.2,
                5.1,
                2_500_000_000L,
                100,
                0.31,
                0.3);
    }
}
