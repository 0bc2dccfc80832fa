package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.vqa.train.BenchmarkResult.StateCost;

/**
 * Saves a training state whenever it is told to, into a folder, as a worker does on another thread, and times for how
 * long training stood still for that: while the state was captured, and before the first change after that. Owned by the
 * thread that trains.
 */
final class StateMeter implements Checkpoints {
    private final Path folder;
    private final LongSupplier nanoTime;
    private boolean due;
    private Optional<CompletableFuture<Written>> writing = Optional.empty();
    private long stoodStill;
    private Optional<StateCost> latest = Optional.empty();

    private record Written(double seconds, long bytes) {}

    /** {@code folder}: for one state at a time. */
    StateMeter(Path folder, LongSupplier nanoTime) {
        this.folder = folder;
        this.nanoTime = nanoTime;
    }

    /** A state is due now. */
    void request() {
        due = true;
    }

    @Override
    public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
        return Optional.empty();
    }

    @Override
    public boolean isDue(long stepsDone) {
        return due;
    }

    @Override
    public void save(long stepsDone, Supplier<StateFiles> capture) {
        due = false;
        long start = nanoTime.getAsLong();
        StateFiles files = capture.get();
        stoodStill = nanoTime.getAsLong() - start;
        writing = Optional.of(CompletableFuture.supplyAsync(() -> write(files)));
    }

    /** Runs what is to be done before training changes anything that a state shows. */
    void beforeChange(Runnable change) {
        long start = nanoTime.getAsLong();
        change.run();
        if (writing.isPresent()) {
            stoodStill += nanoTime.getAsLong() - start;
        }
    }

    /**
     * Waits until the state is on disk and removes it.
     *
     * @throws UncheckedIOException when it could not be written
     */
    void finish() {
        try {
            writing.map(CompletableFuture::join).ifPresent(written -> {
                double seconds = stoodStill / 1e9;
                double first = latest.map(StateCost::firstSeconds).orElse(seconds);
                latest = Optional.of(new StateCost(seconds, first, written.seconds(), written.bytes()));
            });
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            writing = Optional.empty();
        }
    }

    /** What the latest state cost; empty when none was saved. */
    Optional<StateCost> latest() {
        return latest;
    }

    private Written write(StateFiles files) {
        long start = nanoTime.getAsLong();
        try {
            Files.createDirectories(folder);
            try {
                files.write(folder);
                double seconds = (nanoTime.getAsLong() - start) / 1e9;
                long bytes = 0;
                for (Path file : list()) {
                    bytes += Files.size(file);
                }
                return new Written(seconds, bytes);
            } finally {
                for (Path file : list()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a training state to " + folder + ": " + e.getMessage(), e);
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
