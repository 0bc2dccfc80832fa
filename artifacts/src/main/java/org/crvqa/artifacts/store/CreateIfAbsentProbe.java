package org.crvqa.artifacts.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Finds out whether a store keeps create-if-absent, on which the commit of artifacts and the claims of attempts stand.
 * Some S3 servers ignore {@code If-None-Match}: there two coordinators would both believe to own a task.
 */
public final class CreateIfAbsentProbe {
    private static final int RACERS = 4;

    private CreateIfAbsentProbe() {}

    /**
     * Lets several threads create the object {@code name}, which must be new, as must be others that begin so; removes
     * them afterwards.
     *
     * @throws InvalidInputException when not exactly one of them won, a later creation replaced the object, or a creation
     *     whose answer is lost could not be recognised later
     */
    public static void run(ObjectStore store, String name) {
        int winners;
        boolean replaced;
        try {
            winners = race(store, name);
            replaced = store.createIfAbsent(name, content(RACERS));
        } catch (NoConditionalWritesException e) {
            throw refused(store, "the server does not know conditional writes (" + e.getMessage() + ")");
        }
        store.delete(name);
        if (winners != 1) {
            throw refused(
                    store, winners + " of " + RACERS + " concurrent creations of one object succeeded, 1 was expected");
        }
        if (replaced) {
            throw refused(store, "a second creation of one object replaced it");
        }
        String own = name + "-own";
        boolean recognised = store.recognisesOwnWrite(own);
        store.delete(own);
        if (!recognised) {
            throw new InvalidInputException(
                    "The object store " + store.location() + " drops the metadata of objects, expected back was what"
                            + " was written: without it nobody whose answer was lost knows whether the object is theirs",
                    "Use a store, or a gateway before it, that keeps user metadata (headers x-amz-meta-*).");
        }
    }

    private static int race(ObjectStore store, String name) {
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            CyclicBarrier start = new CyclicBarrier(RACERS);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                byte[] content = content(i);
                Callable<Boolean> racer = () -> {
                    await(start);
                    return store.createIfAbsent(name, content);
                };
                results.add(threads.submit(racer));
            }
            int winners = 0;
            for (Future<Boolean> result : results) {
                winners += won(store, result) ? 1 : 0;
            }
            return winners;
        } finally {
            threads.shutdown();
        }
    }

    private static byte[] content(int racer) {
        return ("probe " + racer).getBytes(StandardCharsets.UTF_8);
    }

    private static void await(CyclicBarrier start) throws InterruptedException {
        try {
            start.await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("A racer of the probe was interrupted", e);
        }
    }

    private static boolean won(ObjectStore store, Future<Boolean> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while probing " + store.location(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException cause) {
                throw cause;
            }
            throw new StoreException("Could not probe " + store.location() + ": " + e.getCause(), e);
        }
    }

    private static InvalidInputException refused(ObjectStore store, String found) {
        return new InvalidInputException(
                "The object store " + store.location() + " does not keep create-if-absent: " + found,
                "Use a store that honours 'If-None-Match: *' on PUT (AWS S3 does), or a file:// store.");
    }
}
