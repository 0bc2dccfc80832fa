package org.crvqa.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.device.DeviceInfo;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.train.Benchmark;
import org.crvqa.vqa.train.BenchmarkResult;
import org.crvqa.vqa.train.BenchmarkSettings;
import org.crvqa.vqa.train.BenchmarkWork;
import org.crvqa.vqa.train.Compute;
import org.crvqa.vqa.train.DivergedException;
import org.jspecify.annotations.Nullable;

/** The side of the process that measures one work. */
public final class WorkChild {
    private static final int CPU_BATCH = 32;
    private static final int GPU_BATCH = 256;
    private static final Pattern NO_MEMORY =
            Pattern.compile("out of memory|(can't allocate|not enough) memory", Pattern.CASE_INSENSITIVE);
    private static final String LESS_MEMORY = "Use a smaller batch, or a machine with more memory.";
    private static final long TELL_EVERY_NANOS = 200_000_000L;

    private final Consumer<String> out;
    private long told = System.nanoTime() - TELL_EVERY_NANOS;

    /** {@code out} takes lines for the process that waits. */
    public WorkChild(Consumer<String> out) {
        this.out = out;
    }

    /** Measures what the file says and tells the result, or why there is none. @return whether there is a result */
    public boolean run(Path orderFile) throws IOException {
        try {
            out.accept(WorkLine.of(measure(WorkLine.JSON.readValue(orderFile.toFile(), WorkOrder.class)))
                    .json());
            return true;
        } catch (InvalidInputException e) {
            return refuse(true, e, e.advice());
        } catch (DivergedException e) {
            return refuse(false, e, "Random weights of this configuration give no numbers: use another --config.");
        } catch (UncheckedIOException e) {
            return refuse(
                    false, e, "Make room there, name another folder with CRVQA_CACHE, or use --no-state-capture.");
        } catch (OutOfMemoryError e) {
            return refuse(false, e, LESS_MEMORY);
        } catch (RuntimeException e) {
            // The engine has no exception of its own for this.
            String message = String.valueOf(e.getMessage());
            if (!NO_MEMORY.matcher(message).find()) {
                throw e;
            }
            return refuse(false, message.lines().findFirst().orElse(""), LESS_MEMORY);
        }
    }

    private boolean refuse(boolean input, Throwable why, String advice) {
        return refuse(input, String.valueOf(why.getMessage()), advice);
    }

    private boolean refuse(boolean input, String why, String advice) {
        out.accept(WorkLine.of(new WorkLine.Refusal(input, why, advice)).json());
        return false;
    }

    private WorkReport measure(WorkOrder order) {
        Compute compute = Compute.start(order.device(), order.threads());
        boolean gpu = compute.torch().device().isGpu();
        BenchmarkSettings settings = settings(order, gpu);
        StoreSettings store =
                StoreSettings.of(BenchFolder.objects(order.folder()).toUri());
        try (ObjectStore objects = ObjectStores.open(store)) {
            ArtifactRepository repository = new ArtifactRepository(objects, BenchFolder.cache(order.folder()));
            BenchmarkResult result = new Benchmark(compute, settings, this::tell)
                    .run(order.work(), repository, new ArtifactKey(order.datasetKey()));
            return new WorkReport(machine(compute), settings.batchSize(), measurement(order, result, gpu));
        }
    }

    private static BenchmarkSettings settings(WorkOrder order, boolean gpu) {
        Integer batch = order.batchSize();
        int usual = gpu ? GPU_BATCH : CPU_BATCH;
        return new BenchmarkSettings(
                ModelConfig.parse(order.config(), "config.json"),
                order.loss(),
                order.precision(),
                batch == null ? usual : batch,
                order.evalBatchSize(),
                order.tokens(),
                optional(order.warmupSteps()),
                optional(order.steps()),
                order.stateCapture(),
                order.folder());
    }

    /** Not every step: writing takes time too. */
    private void tell(int done, int total) {
        long now = System.nanoTime();
        if (now - told >= TELL_EVERY_NANOS) {
            told = now;
            out.accept(WorkLine.of(new WorkLine.Progress(done, total)).json());
        }
    }

    private static WorkReport.Machine machine(Compute compute) {
        DeviceInfo device = compute.device();
        return new WorkReport.Machine(
                device.device(), device.name().orElse(null), device.djlVersion(), device.libtorchVersion());
    }

    private static WorkReport.Measurement measurement(WorkOrder order, BenchmarkResult result, boolean gpu) {
        Optional<BenchmarkResult.StateCost> state = result.state();
        Optional<BenchmarkResult.ThresholdCost> thresholds = result.thresholds();
        OptionalLong peak = ProcessMemory.peakBytes();
        Long resident = peak.isPresent() ? (Long) peak.getAsLong() : null;
        boolean trains = order.work() != BenchmarkWork.EVALUATE;
        return new WorkReport.Measurement(
                order.work().label(),
                trains ? BenchWords.loss(order.loss()) : null,
                result.steps(),
                result.batchSize(),
                result.secondsPerStep(),
                nullable(result.cpuSecondsPerStep()),
                1 / result.secondsPerStep(),
                result.batchSize() / result.secondsPerStep(),
                gpu ? null : resident,
                gpu || resident == null ? null : "process",
                resident,
                result.dataWaitShare(),
                state.map(BenchmarkResult.StateCost::seconds).orElse(null),
                state.map(BenchmarkResult.StateCost::firstSeconds).orElse(null),
                state.map(BenchmarkResult.StateCost::writeSeconds).orElse(null),
                state.map(BenchmarkResult.StateCost::bytes).orElse(null),
                thresholds.isPresent() ? (Integer) Benchmark.thresholdEverySteps() : null,
                thresholds.map(BenchmarkResult.ThresholdCost::seconds).orElse(null),
                thresholds.map(cost -> nullable(cost.cpuSeconds())).orElse(null));
    }

    private static @Nullable Double nullable(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
