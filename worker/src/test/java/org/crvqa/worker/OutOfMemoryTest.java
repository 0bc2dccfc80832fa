package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    private final List<String> said = new ArrayList<>();
    private final List<Integer> halted = new ArrayList<>();
    private final List<Throwable> passedOn = new ArrayList<>();
    private final OutOfMemory handler =
            new OutOfMemory((thread, thrown) -> passedOn.add(thrown), said::add, halted::add);

    @Test
    void uncaughtException_anErrorForWantOfMemory_saysSoAndEndsTheProcess() {
        handler.uncaughtException(
                Thread.currentThread(),
                new IllegalStateException(new OutOfMemoryError("unable to create native thread")));

        assertThat(halted).containsExactly(3);
        assertThat(said)
                .singleElement()
                .asString()
                .contains(Thread.currentThread().getName(), "native thread");
    }

    @Test
    void uncaughtException_anythingElse_isLeftToOthers() {
        IllegalStateException other = new IllegalStateException("out of memory, says a message");
        handler.uncaughtException(Thread.currentThread(), other);

        assertThat(halted).isEmpty();
        assertThat(passedOn).containsExactly(other);
    }

    @Test
    void guarded_errorInATask_reachesTheHandlerOfTheThread() {
        Runnable task = OutOfMemory.guarded(() -> {
            throw new OutOfMemoryError("Direct buffer memory");
        });
        Thread.currentThread().setUncaughtExceptionHandler(handler);
        try {
            assertThatThrownBy(task::run).isInstanceOf(OutOfMemoryError.class);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
        assertThat(halted).containsExactly(3);
    }

    @Test
    void endsProcess_scheduledTaskRunsOutOfMemory_endsWithStatusThree() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exhausted.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(output).contains("Out of memory", "last words: thread ");
    }

    /** A process whose scheduler would go on without its task. */
    static final class Exhausted {
        private Exhausted() {}

        public static void main(String[] arguments) {
            OutOfMemory.endsProcess(words -> System.out.println("last words: " + words));
            ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
            scheduler.scheduleAtFixedRate(
                    OutOfMemory.guarded(() -> {
                        throw new OutOfMemoryError("unable to create native thread");
                    }),
                    0,
                    1,
                    TimeUnit.SECONDS);
        }
    }
}
