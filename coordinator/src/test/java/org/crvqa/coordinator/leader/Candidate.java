package org.crvqa.coordinator.leader;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.dispatch.Leadership;

/** A coordinator in the hands of a test, with clocks of its own. */
final class Candidate implements Election.Listener {
    static final Duration LEASE = Duration.ofSeconds(15);

    final Election election;
    final List<Leadership> mandates = new ArrayList<>();
    int deposed;
    int challenged;
    private long nanos;

    /** {@code wall}: what its wall clock shows. */
    Candidate(SharedStore store, String holder, String instance, Instant wall, long startNanos) {
        nanos = startNanos;
        election = new Election(store, Clock.fixed(wall, ZoneOffset.UTC), holder, instance, LEASE, () -> nanos, this);
    }

    static Candidate of(SharedStore store, String name) {
        return new Candidate(store, name, name + ":9100", Instant.parse("2026-01-01T00:00:00Z"), 0);
    }

    /** Time passes here; nothing is done in it. */
    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    /** Time passes, and the process makes its steps. */
    void live(Duration duration) {
        for (long left = duration.toSeconds(); left > 0; left -= 5) {
            pass(Duration.ofSeconds(Math.min(5, left)));
            election.step();
        }
    }

    boolean leads() {
        return !mandates.isEmpty() && last().isHeld();
    }

    Leadership last() {
        return mandates.get(mandates.size() - 1);
    }

    @Override
    public void elected(Leadership mandate) {
        mandates.add(mandate);
    }

    @Override
    public void deposed(String why) {
        deposed++;
    }

    @Override
    public void challenged() {
        challenged++;
    }
}
