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
    private final int inFlight;
    private final ExecutorService decoders;
    private final Queue<Future<ImageRegions>> pending = new ArrayDeque<>();

    /** @param type of the stored features: F32 or F16 */
    RegionDecoding(TensorType type) {
        this.type = type;
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        inFlight = 2 * threads;
        decoders = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "import-decode-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The next image; empty at the end of the file. @throws InvalidInputException when it is not as it must be */
    Optional<ImageRegions> next(RegionReader reader) throws IOException {
        while (pending.size() < inFlight) {
            Optional<EncodedImage> image = reader.next();
            if (image.isEmpty()) {
                break;
            }
            pending.add(decoders.submit(() -> image.get().decode(type)));
        }
        return pending.isEmpty() ? Optional.empty() : Optional.of(result(pending.remove()));
    }

    private static ImageRegions result(Future<ImageRegions> image) {
        try {
            return image.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidInputException invalid) {
                throw invalid;
            }
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
