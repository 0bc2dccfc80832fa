package org.crvqa.vqa.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Decodes images on several threads while the caller reads and writes, and gives them back in the order of the file. Holds
 * a few images at a time. Owned by one thread.
 */
final class RegionDecoding implements AutoCloseable {
    /** More would not help: reading and writing are one thread's. */
    private static final int MOST_THREADS = 4;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final TensorType type;
    private final BoxUnit unit;
    private final int inFlight;
    private final ExecutorService decoders;
    private Optional<IOException> unreadable = Optional.empty();
    private Optional<InvalidInputException> invalid = Optional.empty();
    private final Queue<Future<DecodedImage>> pending = new ArrayDeque<>();

    /**
     * @param type of the stored features: F32 or F16
     * @param unit of the boxes in files that do not say it themselves
     */
    RegionDecoding(TensorType type, BoxUnit unit) {
        this.type = type;
        this.unit = unit;
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        inFlight = 2 * threads;
        decoders = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "import-decode-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The next image, which may be damaged; empty at the end of the file. What the reader throws, this throws when all
     * images before have been given out.
     */
    Optional<DecodedImage> next(RegionReader reader) throws IOException {
        if (unreadable.isEmpty() && invalid.isEmpty()) {
            fill(reader);
        }
        if (!pending.isEmpty()) {
            return Optional.of(result(pending.remove()));
        }
        if (unreadable.isPresent()) {
            throw unreadable.get();
        }
        if (invalid.isPresent()) {
            throw invalid.get();
        }
        return Optional.empty();
    }

    private void fill(RegionReader reader) {
        try {
            BoxUnit ofFile = reader.boxUnit(unit);
            while (pending.size() < inFlight) {
                Optional<EncodedImage> image = reader.next();
                if (image.isEmpty()) {
                    return;
                }
                pending.add(decoders.submit(() -> DecodedImage.of(image.get(), type, ofFile)));
            }
        } catch (IOException e) {
            unreadable = Optional.of(e);
        } catch (InvalidInputException e) {
            invalid = Optional.of(e);
        }
    }

    /** To be called after each file, before the next: forgets what was not given out. */
    void drop() {
        pending.clear();
        unreadable = Optional.empty();
        invalid = Optional.empty();
    }

    private static DecodedImage result(Future<DecodedImage> image) {
        try {
            return image.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Decoding of region features failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The import was interrupted", e);
        }
    }

    /** Ends the threads; images that were not asked for are dropped. */
    @Override
    public void close() {
        decoders.shutdownNow();
    }
}
