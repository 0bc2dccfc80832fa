package org.crvqa.study.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FatalTest {
    @Test
    void isFatal_exhaustedMemory_alsoAsACause() {
        assertThat(Fatal.isFatal(new OutOfMemoryError())).isTrue();
        assertThat(Fatal.isFatal(new CompletionException(new OutOfMemoryError())))
                .isTrue();
        assertThat(Fatal.isFatal(new StackOverflowError())).isFalse();
        assertThat(Fatal.isFatal(new IllegalStateException())).isFalse();
    }

    @Test
    void named_threadRunsOutOfMemory_endsTheProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exhausted.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Fatal.STATUS);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process with a thread that does not matter to any other. */
    static final class Exhausted {
        private Exhausted() {}

        public static void main(String[] arguments) throws InterruptedException {
            Executors.newSingleThreadExecutor(Threads.named("own")).execute(() -> {
                throw new OutOfMemoryError("made up");
            });
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
