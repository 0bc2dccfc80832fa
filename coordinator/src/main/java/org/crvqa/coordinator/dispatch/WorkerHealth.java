package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;

/**
 * What is held against a worker. A task that ends badly on one worker alone speaks against that worker; once it has ended
 * badly on a second one, it speaks against the task. A worker with {@value #IN_A_ROW} such tasks and no finished one in
 * between, or one that refuses what it gets, gets nothing for a while; each time for twice as long. Owned by the event
 * loop.
 */
final class WorkerHealth {
    static final int IN_A_ROW = 3;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** For a worker in whose place no other could take the work. */
    static final Duration LONGEST_PAUSE_ALONE = Duration.ofMinutes(1);

    private final Set<ArtifactKey> alone = new LinkedHashSet<>();
    private int pauses;
    private String reason = "";
    private Instant until = Instant.MIN;
    private boolean untilReplaced;
    private Optional<ArtifactKey> stalledOn = Optional.empty();

    /** A task ended badly here. True when the worker is set aside for it. */
    boolean troubled(ArtifactKey task, String why, Instant now, Duration longestPause) {
        alone.add(task);
        if (alone.size() < IN_A_ROW) {
            return false;
        }
        pause(
                alone.size() + " tasks in a row ended badly here and nowhere else; the latest: " + why,
                now,
                longestPause);
        return true;
    }

    /** It does not take what is its work to take. */
    void refused(ArtifactKey task, String why, Instant now, Duration longestPause) {
        alone.add(task);
        pause(why, now, longestPause);
    }

    /** It computes other bytes than are asked for, which no time mends. */
    void otherVersion(String why) {
        reason = why;
        untilReplaced = true;
    }

    /** It lives, but its work stands still. */
    void stalled(ArtifactKey task, String why, Instant now) {
        alone.add(task);
        stalledOn = Optional.of(task);
        pause(why, now, LONGEST_PAUSE);
    }

    /** The task that it was told to stop because it stood still: nobody listens to that one again. */
    boolean isStalledOn(ArtifactKey task) {
        return stalledOn.filter(task::equals).isPresent();
    }

    private void pause(String why, Instant now, Duration longest) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(pauses, 10));
        until = now.plus(pause.compareTo(longest) > 0 ? longest : pause);
        pauses++;
        reason = why;
    }

    /** The task ended badly elsewhere too. */
    void shared(ArtifactKey task) {
        boolean wasRow = alone.size() >= IN_A_ROW;
        if (alone.remove(task) && wasRow && alone.size() < IN_A_ROW) {
            until = Instant.MIN;
            pauses = 0;
        }
    }

    /** It finished a task. */
    void succeeded() {
        alone.clear();
        pauses = 0;
        until = Instant.MIN;
    }

    /** Another process has its place. What it did to tasks stays: the machine is the same. */
    void replaced() {
        untilReplaced = false;
        stalledOn = Optional.empty();
        until = alone.size() < IN_A_ROW ? Instant.MIN : until;
    }

    int inARow() {
        return alone.size();
    }

    /** Why it gets nothing, when it does not. */
    Optional<WorkerView.SetAside> aside(Instant now) {
        if (untilReplaced) {
            return Optional.of(new WorkerView.SetAside(reason, Optional.empty()));
        }
        return until.isAfter(now) ? Optional.of(new WorkerView.SetAside(reason, Optional.of(until))) : Optional.empty();
    }
}
