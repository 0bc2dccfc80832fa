package org.crvqa.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The memory of this process. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";

    private ProcessMemory() {}

    /** The most that was resident since the process began, in bytes; empty where the kernel does not tell. */
    static OptionalLong peakBytes() {
        try {
            return Files.isReadable(STATUS) ? peakBytes(Files.readString(STATUS)) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong peakBytes(String status) {
        return status.lines()
                .filter(line -> line.startsWith(PEAK))
                .map(line -> line.substring(PEAK.length()).strip().split("\\s+"))
                .filter(parts -> parts.length == 2 && parts[0].matches("[0-9]{1,15}") && parts[1].equals("kB"))
                .mapToLong(parts -> Long.parseLong(parts[0]) * 1024)
                .findFirst();
    }
}
