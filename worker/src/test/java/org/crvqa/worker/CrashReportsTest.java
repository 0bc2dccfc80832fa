package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashReportsTest {
    @TempDir
    private Path folder;

    /** With the options that images and the local cluster give their services. */
    @Test
    void take_jvmWhoseHeapWasExhausted_isKnownByItsReport() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+CrashOnOutOfMemoryError",
                        "-XX:-CreateCoredumpOnCrash",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Greedy.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).isNotZero();
        assertThat(output).contains("OutOfMemory");
        assertThat(new CrashReports(folder).take(process.pid()).orElseThrow().outOfMemory())
                .isTrue();
    }

    @Test
    void take_manyCrashes_keepsTheLatestReports() throws Exception {
        CrashReports reports = new CrashReports(folder);
        for (int crash = 1; crash <= 15; crash++) {
            Path report = Files.writeString(folder.resolve("hs_err_pid7.log"), "crash " + crash);
            Files.setLastModifiedTime(report, java.nio.file.attribute.FileTime.fromMillis(crash));
            assertThat(reports.take(7).orElseThrow().file()).hasContent("crash " + crash);
        }
        assertThat(reports.take(7)).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .hasSize(10)
                    .allSatisfy(file -> assertThat(Files.readString(file)).matches("crash ([6-9]|1[0-5])"));
        }
    }

    /** A thread of a pool, whose errors nobody sees, takes all memory. */
    static final class Greedy {
        private Greedy() {}

        public static void main(String[] arguments) throws Exception {
            List<byte[]> taken = new ArrayList<>();
            java.util.concurrent.ForkJoinPool.commonPool().submit(() -> {
                while (true) {
                    taken.add(new byte[1 << 20]);
                }
            });
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
