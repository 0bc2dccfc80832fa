package org.crvqa.it.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.crvqa.cli.local.PortChoice;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.it.Installation;
import org.jspecify.annotations.Nullable;

/**
 * A packaged service as a process of its own, which gets signals and is started again only when asked. The one exception: a
 * process that cannot start because another program took one of its ports is started again on others. Thread-safe.
 */
final class ServiceProcess {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** Of a service that says why it cannot start. */
    private static final int EXIT_CANNOT_START = 1;

    private final String name;
    private final ServiceKind kind;
    /** For gRPC and HTTP. */
    private final PortChoice ports = PortChoice.of(2);

    private final List<String> prefix;
    private Path home;
    private final Path log;
    private final Map<String, String> environment;
    private @Nullable Process process;
    /** That the process ended by itself, and was not started again on other ports. */
    private boolean over;

    private int starts;

    /** {@code prefix} comes before the command, such as a shell that enters a control group; may be empty. */
    ServiceProcess(
            String name, ServiceKind kind, List<String> prefix, Path home, Path log, Map<String, String> environment) {
        this.name = name;
        this.kind = kind;
        this.prefix = List.copyOf(prefix);
        this.home = home;
        this.log = log;
        this.environment = Map.copyOf(environment);
    }

    String name() {
        return name;
    }

    ServiceKind kind() {
        return kind;
    }

    /** Where it is to listen for calls: another one once the first was found taken. */
    int grpcPort() {
        return ports.ports().get(0);
    }

    int httpPort() {
        return ports.ports().get(1);
    }

    /** How often it was started. */
    synchronized int starts() {
        return starts;
    }

    /** The next start takes the program from another checkout. */
    synchronized void upgrade(Path newHome) {
        home = newHome;
    }

    /** Starts the program; {@code wiring} is what it must know of others. */
    synchronized void start(Map<String, String> wiring) {
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().putAll(wiring);
        builder.environment().putAll(Map.of("CRVQA_HOST", "127.0.0.1"));
        builder.environment().put("CRVQA_GRPC_PORT", Integer.toString(grpcPort()));
        builder.environment().put("CRVQA_HTTP_PORT", Integer.toString(httpPort()));
        builder.environment()
                .put("CRVQA_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            Process started = builder.start();
            process = started;
            over = false;
            starts++;
            started.onExit().thenAccept(ended -> ended(ended, wiring));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + name, e);
        }
    }

    /** Without the test's doing, or by its signal. Another start, or {@link #end()}, may have come first. */
    private synchronized void ended(Process ended, Map<String, String> wiring) {
        if (process != ended) {
            return;
        }
        if (ended.exitValue() == EXIT_CANNOT_START && ports.replaceTaken()) {
            Installation.log(name + " found a port taken, tries " + ports.ports());
            start(wiring);
        } else {
            over = true;
        }
    }

    private synchronized List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + kind.heapMebibytes() + "m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+CrashOnOutOfMemoryError");
        command.add("-XX:-CreateCoredumpOnCrash");
        // They live for seconds: starting fast is worth more than running fast.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-jar");
        command.add(kind.program(home).toString());
        return command;
    }

    /** Waits until the program says that it is ready. */
    void awaitReady() throws Exception {
        Await.until(name + " is ready; its log is " + log, Await.LONG, () -> {
            if (over()) {
                throw new AssertionError(name + " ended while it started:\n" + log());
            }
            return ready();
        });
    }

    private synchronized boolean over() {
        return process == null || over;
    }

    boolean ready() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + "/q/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        signal("KILL");
        awaitEnd();
    }

    /** SIGTERM; returns at once. */
    void terminate() throws InterruptedException {
        signal("TERM");
    }

    /** SIGSTOP: the process is there and does nothing. */
    void freeze() throws InterruptedException {
        signal("STOP");
    }

    /** SIGCONT: it goes on as if no time had passed. */
    void thaw() throws InterruptedException {
        signal("CONT");
    }

    /** Waits for the end of the process and returns its exit value. */
    int awaitEnd() throws InterruptedException {
        Process running = process();
        if (!running.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not end");
        }
        return running.exitValue();
    }

    private synchronized Process process() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    private void signal(String signal) throws InterruptedException {
        long pid = process().pid();
        Installation.log("kill -" + signal + " " + name + " (" + pid + ")");
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run kill", e);
        }
    }

    /** Everything that it printed, in all its lives. */
    String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
    }

    /** Ends the process, whatever state it is in. */
    void end() {
        Process last;
        synchronized (this) {
            last = process;
            // Nobody's any more, so that it is not started elsewhere.
            process = null;
        }
        if (last != null) {
            last.destroyForcibly().onExit().join();
        }
    }
}
