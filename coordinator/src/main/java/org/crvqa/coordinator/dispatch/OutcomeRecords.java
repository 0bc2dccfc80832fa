package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * How attempts ended, until the store has it: each record is written at once, again when that fails, and before the task's
 * next attempt is claimed. What is counted after a restart is what was counted before. Owned by the event loop.
 */
final class OutcomeRecords {
    private static final Logger LOG = Logger.getLogger(OutcomeRecords.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final Map<Task, Pending> pending = new LinkedHashMap<>();
    private int writing;
    private Optional<CompletableFuture<Void>> flushed = Optional.empty();

    OutcomeRecords(EventLoop loop) {
        this.loop = loop;
    }

    private static final class Pending {
        final List<Runnable> writes = new ArrayList<>();
        boolean writing;
        Instant next = Instant.MIN;
        Duration pause = FIRST_PAUSE;
    }

    /** Writes a record, which is idempotent, now or as soon as the store takes it. */
    void keep(Task task, Runnable write) {
        Pending records = pending.computeIfAbsent(task, unused -> new Pending());
        records.writes.add(write);
        if (!records.writing && !records.next.isAfter(loop.clock().instant())) {
            write(task, records);
        }
    }

    /** Records of a task that the store does not have yet, as far as is known. */
    List<Runnable> of(Task task) {
        return Optional.ofNullable(pending.get(task))
                .map(records -> List.copyOf(records.writes))
                .orElse(List.of());
    }

    /** The store has these, because somebody else has written them. */
    void written(Task task, List<Runnable> writes) {
        Pending records = pending.get(task);
        if (records != null) {
            records.writes.removeAll(writes);
            if (records.writes.isEmpty() && !records.writing) {
                pending.remove(task);
            }
        }
    }

    /** Tries again what failed and is due. */
    void tryAgain(Instant now) {
        if (pending.isEmpty()) {
            return;
        }
        List.copyOf(pending.entrySet()).stream()
                .filter(entry ->
                        !entry.getValue().writing && !entry.getValue().next.isAfter(now))
                .forEach(entry -> write(entry.getKey(), entry.getValue()));
    }

    /** Tries once more all that is missing; completes when that is over, well or not. */
    CompletableFuture<Void> flush() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        flushed = Optional.of(done);
        List.copyOf(pending.entrySet()).stream()
                .filter(entry -> !entry.getValue().writing)
                .forEach(entry -> write(entry.getKey(), entry.getValue()));
        completeIfIdle();
        return done;
    }

    private void write(Task task, Pending records) {
        List<Runnable> now = List.copyOf(records.writes);
        records.writing = true;
        writing++;
        loop.blocking(
                () -> {
                    now.forEach(Runnable::run);
                    return true;
                },
                (done, error) -> wrote(task, records, now, error == null ? Optional.empty() : Optional.of(error)));
    }

    private void wrote(Task task, Pending records, List<Runnable> writes, Optional<Throwable> error) {
        records.writing = false;
        writing--;
        if (error.isEmpty()) {
            records.pause = FIRST_PAUSE;
            written(task, writes);
        } else {
            LOG.warnf(
                    "How an attempt at %s ended could not be recorded; tried again in %d s: %s",
                    task.named(), records.pause.toSeconds(), error.get());
            records.next = loop.clock().instant().plus(records.pause);
            Duration doubled = records.pause.multipliedBy(2);
            records.pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
        completeIfIdle();
    }

    private void completeIfIdle() {
        if (writing == 0) {
            flushed.ifPresent(done -> done.complete(null));
        }
    }
}
