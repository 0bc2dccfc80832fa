package org.crvqa.study.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.KeyListing;
import org.crvqa.artifacts.KeySet;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.threads.ParallelReads;

/**
 * What the store says of many tasks. Where that takes fewer requests, listings tell which of them are done and which have
 * been attempted; only tasks that were attempted and are not done, and a few of those that are done, are then asked for one
 * by one. A listing is read when it is first needed, and then serves everybody who asks through the same object: so all
 * experiments that a starting coordinator loads.
 *
 * <p>It may be some minutes old, and that does no harm. What it shows was so. Of what it lacks: an artifact that came since
 * is found before the task's next attempt is claimed, when there was an attempt before, and else by the worker that is
 * given the task, which looks for its result first; an attempt that was claimed since keeps its number, because the next
 * one is claimed by create-if-absent, and is joined when its worker says that it is at it. Blocks on the store.
 * Thread-safe.
 */
public final class StoredTasks {
    /** What one request for a listing is worth in requests for one object each, by price and by time. */
    public static final int SINGLE_REQUESTS = 8;

    /** Of each kind; so many tell how long its tasks take. */
    public static final int TIMES_LOOKED_UP = 32;

    private final AttemptLog attempts;
    private final ParallelReads reads;
    private final Lazy done;
    private final Lazy attempted;

    /** {@code sharedBy}: how many experiments of about the same size will ask. */
    public StoredTasks(AttemptLog attempts, ParallelReads reads, int sharedBy) {
        this.attempts = attempts;
        this.reads = reads;
        this.done = new Lazy(attempts.manifests(), sharedBy);
        this.attempted = new Lazy(attempts.firstClaims(), sharedBy);
    }

    /** What the store says of each task, in their order. */
    public Map<ArtifactKey, TaskHistory> histories(List<PlanTask> tasks) {
        Optional<Keys> finished = done.read(tasks.size());
        if (finished.isEmpty()) {
            return reads.each(keys(tasks), attempts::history);
        }
        Map<ArtifactKey, TaskHistory> histories = new LinkedHashMap<>();
        List<PlanTask> open = new ArrayList<>();
        Map<TaskKind, List<ArtifactKey>> finishedKeys = new HashMap<>();
        for (PlanTask task : tasks) {
            boolean is = finished.get().contains(task.key());
            histories.put(task.key(), is ? TaskHistory.DONE : TaskHistory.NONE);
            if (is) {
                finishedKeys
                        .computeIfAbsent(task.kind(), kind -> new ArrayList<>())
                        .add(task.key());
            } else {
                open.add(task);
            }
        }
        List<ArtifactKey> asked = new ArrayList<>();
        finishedKeys.values().forEach(keys -> asked.addAll(some(keys)));
        histories.putAll(reads.each(asked, attempts::history));
        histories.putAll(openHistories(open));
        return histories;
    }

    /** Of tasks that are not done, as far as is known, those of which there is something to say. */
    private Map<ArtifactKey, TaskHistory> openHistories(List<PlanTask> open) {
        return attempted
                .read(open.size())
                .map(begun ->
                        reads.each(keys(open).stream().filter(begun::contains).toList(), attempts::history))
                .orElseGet(() -> reads.each(keys(open), attempts::historyIfAttempted));
    }

    /** The same for tasks of which most were never attempted: nobody makes what nobody has attempted. */
    public Map<ArtifactKey, TaskHistory> newHistories(List<PlanTask> tasks) {
        Optional<Keys> begun = attempted.read(tasks.size());
        if (begun.isEmpty()) {
            return reads.each(keys(tasks), attempts::historyIfAttempted);
        }
        Map<ArtifactKey, TaskHistory> histories = new LinkedHashMap<>();
        tasks.forEach(task -> histories.put(task.key(), TaskHistory.NONE));
        histories.putAll(histories(
                tasks.stream().filter(task -> begun.get().contains(task.key())).toList()));
        return histories;
    }

    /** Whether each task is done. */
    public Map<ArtifactKey, Boolean> done(List<PlanTask> tasks) {
        Optional<Keys> finished = done.read(tasks.size());
        if (finished.isEmpty()) {
            return reads.each(keys(tasks), attempts::isDone);
        }
        Map<ArtifactKey, Boolean> all = new LinkedHashMap<>();
        keys(tasks).forEach(key -> all.put(key, finished.get().contains(key)));
        return all;
    }

    private static List<ArtifactKey> keys(List<PlanTask> tasks) {
        return tasks.stream().map(PlanTask::key).toList();
    }

    /** Some of them, from all parts of the list. */
    private static List<ArtifactKey> some(List<ArtifactKey> keys) {
        int number = Math.min(keys.size(), TIMES_LOOKED_UP);
        return IntStream.range(0, number)
                .mapToObj(i -> keys.get((int) ((long) i * keys.size() / number)))
                .toList();
    }

    /** What was listed, by part. */
    private record Keys(List<KeySet> parts) {
        boolean contains(ArtifactKey key) {
            return parts.get(KeyListing.part(key)).contains(key);
        }
    }

    /** A listing, once it is worth its requests. */
    private final class Lazy {
        private final KeyListing listing;
        private final int sharedBy;
        private Optional<Keys> keys = Optional.empty();
        /** For so many tasks it was found too long. */
        private int tooLongFor;

        Lazy(KeyListing listing, int sharedBy) {
            this.listing = listing;
            this.sharedBy = sharedBy;
        }

        /** Empty: it takes fewer requests to ask for each of so many tasks. */
        synchronized Optional<Keys> read(int tasks) {
            if (keys.isEmpty() && tasks > tooLongFor) {
                long most = (long) tasks * sharedBy / SINGLE_REQUESTS;
                if (most >= KeyListing.PARTS && listing.requests(most).isPresent()) {
                    List<Integer> parts =
                            IntStream.range(0, KeyListing.PARTS).boxed().toList();
                    keys = Optional.of(new Keys(
                            List.copyOf(reads.each(parts, listing::read).values())));
                } else {
                    tooLongFor = tasks;
                }
            }
            return keys;
        }
    }
}
