package org.crvqa.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that is started again when it ends without being asked. One daemon thread waits for it. States: running →
 * (died → waiting → running)* → stopped; {@link #stop} ends any of them. Thread-safe.
 */
final class SupervisedProcess {
    /** What the process is. */
    record Definition(String name, List<String> command, Map<String, String> environment, Path log) {
        Definition {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    private static final System.Logger LOG = System.getLogger(SupervisedProcess.class.getName());

    private final Definition definition;
    private final RestartBackoff backoff;
    private final ClusterListener listener;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private Optional<Process> process = Optional.empty();
    private int starts;

    /** Starts the process. @throws UncheckedIOException when the program cannot be executed */
    SupervisedProcess(Definition definition, RestartBackoff backoff, ClusterListener listener, InstantSource clock) {
        this.definition = definition;
        this.backoff = backoff;
        this.listener = listener;
        this.clock = clock;
        Process first = launch();
        thread = new Thread(() -> supervise(first), "supervise-" + definition.name());
        thread.setDaemon(true);
        thread.start();
    }

    String name() {
        return definition.name();
    }

    Path log() {
        return definition.log();
    }

    /** The process now; empty between two and after the end. */
    synchronized Optional<ProcessHandle> handle() {
        return process.filter(Process::isAlive).map(Process::toHandle);
    }

    /** How often it was started again. */
    synchronized int restarts() {
        return starts - 1;
    }

    /** Asks the process to end. Returns at once. */
    void requestStop() {
        stopping.countDown();
        synchronized (this) {
            process.ifPresent(Process::destroy);
        }
    }

    /** Waits until the process has ended, by force after {@code grace}. */
    void stop(Duration grace) {
        requestStop();
        Optional<Process> last;
        synchronized (this) {
            last = process;
        }
        last.ifPresent(p -> endWithin(p, grace));
    }

    private static void endWithin(Process p, Duration grace) {
        try {
            p.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            p.destroyForcibly().onExit().join();
        } catch (InterruptedException e) {
            p.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError("The exit of a process does not fail", e);
        }
    }

    private void supervise(Process first) {
        Optional<Process> current = Optional.of(first);
        int deaths = 0;
        try {
            while (true) {
                long started = clock.millis();
                int exitValue = current.isPresent() ? current.get().waitFor() : ClusterListener.NOT_STARTED;
                if (isStopping()) {
                    return;
                }
                deaths = clock.millis() - started >= backoff.steady().toMillis() ? 1 : deaths + 1;
                Duration wait = backoff.afterDeaths(deaths);
                tell(() -> listener.died(name(), exitValue, wait));
                if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                current = relaunch();
                if (current.isPresent()) {
                    tell(() -> listener.restarted(name()));
                }
            }
        } catch (InterruptedException e) {
            requestStop();
        }
    }

    /** Empty when the program cannot be executed: what prevents it, such as a lack of memory, may pass. */
    private Optional<Process> relaunch() {
        try {
            return Optional.of(launch());
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
            return Optional.empty();
        }
    }

    /** A listener that fails, for instance to write what it heard, must not end the supervision. */
    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "While supervising " + name(), e);
        }
    }

    private synchronized Process launch() {
        ProcessBuilder builder = new ProcessBuilder(definition.command());
        builder.environment().putAll(definition.environment());
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(definition.log().toFile()));
        try {
            Process started = builder.start();
            starts++;
            process = Optional.of(started);
            if (isStopping()) {
                started.destroy();
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + name() + ": " + e.getMessage(), e);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}
