package org.crvqa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void peakBytes_statusOfLinux_isTheHighWaterMark() {
        String status = "Name:\tjava\nVmPeak:\t 9000000 kB\nVmHWM:\t  352900 kB\nVmRSS:\t  1000 kB\n";
        assertThat(ProcessMemory.peakBytes(status)).hasValue(352_900L * 1024);
    }

    @Test
    void peakBytes_anythingElse_isUnknown() {
        assertThat(ProcessMemory.peakBytes("")).isEmpty();
        assertThat(ProcessMemory.peakBytes("VmHWM:\tmuch kB\n")).isEmpty();
        assertThat(ProcessMemory.peakBytes("VmHWM:\t5 MB\n")).isEmpty();
    }
}
