package org.crvqa.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;

/** Asks NVIDIA's driver through its program {@code nvidia-smi}, which comes with the driver. */
public final class NvidiaSmi implements GpuListing {
    private static final String PROGRAM = "nvidia-smi";

    /** A driver that has to wake its cards first takes some seconds for each. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String ADVICE = "Run nvidia-smi yourself: it must list the GPU. The driver, or a container's"
            + " access to it, comes first (docs/gpu.md). '--device cpu' runs without.";

    private final Map<String, String> environment;

    /** {@code environment}: its PATH says where the program is. */
    public NvidiaSmi(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<GpuDevice> list() throws InterruptedException {
        Path program = find().orElseThrow(() ->
                noGpu("There is no program " + PROGRAM + " on PATH, so this machine has no NVIDIA driver"));
        List<String> lines = ask(program);
        List<GpuDevice> gpus = lines.stream()
                .flatMap(line -> GpuDevice.parse(line).stream())
                .sorted(Comparator.comparingInt(GpuDevice::index))
                .toList();
        if (gpus.isEmpty()) {
            throw noGpu(program + " lists no GPU" + said(lines));
        }
        return gpus;
    }

    private Optional<Path> find() {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static List<String> ask(Path program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            program.toString(),
                            "--query-gpu=index,uuid,name,memory.total",
                            "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            // Read beside the wait: a driver that hangs keeps the pipe open.
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw noGpu(program + " did not answer within " + PATIENCE.toSeconds() + " s");
            }
            List<String> lines = output.join().lines().toList();
            if (process.exitValue() != 0) {
                throw noGpu(program + " ended with status " + process.exitValue() + said(lines));
            }
            return lines;
        } catch (IOException e) {
            throw noGpu(program + " could not be run: " + e.getMessage());
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static String said(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .map(line -> ": " + line)
                .orElse("");
    }

    private static InvalidInputException noGpu(String what) {
        return new InvalidInputException(what, ADVICE);
    }
}
