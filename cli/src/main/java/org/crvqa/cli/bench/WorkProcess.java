package org.crvqa.cli.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.LogTail;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.cli.local.TorchLibraries;
import org.crvqa.vqa.train.BenchmarkWork;
import org.jspecify.annotations.Nullable;

/**
 * Measures each work in a process of its own, as a worker would be started, so that its peak of memory is its own. The
 * process ends when this one does. {@link #stop} may be called from any thread.
 */
public final class WorkProcess {
    private static final int LOG_LINES = 15;
    private static final int KILLED = 137;

    private final Path home;
    private final AtomicReference<@Nullable Process> running = new AtomicReference<>();
    private volatile boolean stopped;

    /** Hears of progress. */
    @FunctionalInterface
    public interface Listener {
        /** So many steps are done; {@code total} is 0 as long as it is not known. */
        void step(int done, int total);
    }

    /** {@code home}: the checkout or installation. */
    public WorkProcess(Path home) {
        this.home = home;
    }

    /**
     * Measures and waits for it.
     *
     * @throws InvalidInputException when what was asked for cannot be done
     * @throws BenchException when it could not be done
     */
    WorkReport run(WorkOrder order, Listener listener) throws IOException, InterruptedException {
        Path file = order.folder().resolve("order.json");
        Path log = order.folder().resolve("messages.log");
        WorkLine.JSON.writeValue(file.toFile(), order);
        ProcessBuilder builder = new ProcessBuilder(command(order.work(), file));
        builder.redirectError(log.toFile());
        if (!order.device().equals("cpu") && TorchLibraries.named(builder.environment())) {
            builder.environment().putAll(TorchLibraries.variables(builder.environment()));
        }
        Process process = builder.start();
        running.set(process);
        try {
            if (stopped) {
                throw new InterruptedException();
            }
            Optional<WorkLine> last = read(process, listener);
            int exit = process.waitFor();
            return last.flatMap(line -> Optional.ofNullable(line.report()))
                    .orElseThrow(() -> failure(order.work(), last, exit, log));
        } finally {
            process.destroyForcibly();
            running.set(null);
        }
    }

    /** Ends the process that is running, and lets no other start. */
    public void stop() {
        stopped = true;
        Process process = running.get();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** The last line that is no progress. */
    private static Optional<WorkLine> read(Process process, Listener listener) throws IOException {
        Optional<WorkLine> last = Optional.empty();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                Optional<WorkLine> line = WorkLine.parse(text);
                if (line.isPresent() && line.get().progress() != null) {
                    listener.step(
                            line.get().progress().done(), line.get().progress().total());
                } else if (line.isPresent()) {
                    last = line;
                }
            }
        }
        return last;
    }

    private static RuntimeException failure(BenchmarkWork work, Optional<WorkLine> last, int exit, Path log) {
        WorkLine.Refusal refusal = last.map(WorkLine::refusal).orElse(null);
        if (refusal != null && refusal.input()) {
            return new InvalidInputException(refusal.message(), refusal.advice());
        }
        String what = "Could not measure " + work.label() + ": ";
        if (refusal != null) {
            return new BenchException(what + refusal.message(), refusal.advice());
        }
        String messages = Files.exists(log) ? LogTail.of(log, LOG_LINES) : "";
        return new BenchException(
                what + "its process ended with " + exit + (messages.isBlank() ? "" : ":\n" + messages),
                exit == KILLED
                        ? "The system ended it, which it does when memory is short: use a smaller batch."
                        : "Use a smaller batch where memory was short; else this is a defect of crvqa: report it.");
    }

    private List<String> command(BenchmarkWork work, Path order) {
        List<String> command = new ArrayList<>(kind(work).jvm());
        command.add("-Dcrvqa.home=" + home);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("org.crvqa.cli.Crvqa");
        command.add("bench-work");
        command.add(order.toString());
        return command;
    }

    /** The service whose processes do this work. */
    private static ServiceKind kind(BenchmarkWork work) {
        return switch (work) {
            case STAGE1, STAGE3 -> ServiceKind.TRAINER;
            case STAGE2 -> ServiceKind.PRUNER;
            case EVALUATE -> ServiceKind.EVALUATOR;
        };
    }
}
