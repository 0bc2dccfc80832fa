package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.crvqa.coordinator.leader.Election;
import org.jspecify.annotations.Nullable;

/** One of the coordinators' processes: it takes part in the election of the leader, and leads while it is the one. */
final class SimInstance implements Election.Listener {
    static final Duration LEASE = Duration.ofSeconds(15);

    final SimProcess process;
    private final SimTime time;
    private final SimStore store;
    private final Election election;
    private final long interval;
    private final BiFunction<SimProcess, Leadership, SimCoordinator> office;
    private @Nullable SimCoordinator term;
    private @Nullable Leadership mandate;
    private boolean stepping;

    /** It was suspended, without noticing, and has not asked the store since. */
    private boolean doubtful;

    private int suspensions;

    /** {@code office} makes what leads under a mandate. */
    SimInstance(
            String name,
            String address,
            Duration lease,
            SimTime time,
            SimStore store,
            BiFunction<SimProcess, Leadership, SimCoordinator> office) {
        this.time = time;
        this.store = store;
        this.process = new SimProcess(time, name);
        this.office = office;
        this.interval = lease.toMillis() / 3;
        this.election = new Election(
                store.of(process),
                time.clock(Duration.ofSeconds(time.between(-600, 600))),
                name,
                address,
                lease,
                process::nanos,
                this);
        process.in(0, "", this::steps);
    }

    /** What leads here, if anything does. */
    Optional<SimCoordinator> leading() {
        return Optional.ofNullable(term).filter(found -> process.alive() && found.leads());
    }

    /** Its machine is suspended: no clock of its own tells. */
    void suspend(long millis) {
        doubtful = true;
        suspensions++;
        process.suspend(millis);
    }

    /** Whether it believes, and may believe, that nobody else can lead. */
    boolean holds() {
        Leadership held = mandate;
        return process.alive() && !doubtful && held != null && held.isHeld();
    }

    private void steps() {
        process.in(interval, "", this::steps);
        step();
    }

    /** One step at a time: an election waits for the store on a thread of its own. */
    private void step() {
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            time.note(process.name + " looks who leads");
            int unanswered = store.unanswered(process);
            int before = suspensions;
            election.step();
            // What was asked before a suspension says nothing about the time after it.
            doubtful &= suspensions > before || store.unanswered(process) > unanswered;
        } finally {
            stepping = false;
        }
    }

    @Override
    public void elected(Leadership elected) {
        mandate = elected;
        beginOnceHeld(elected);
    }

    /** Not before: until then the leader before may still take experiments, which this one would not know. */
    private void beginOnceHeld(Leadership elected) {
        process.in(time.between(0, 50), "", () -> {
            if (elected != mandate) {
                return;
            }
            if (elected.isHeld()) {
                time.note(process.name + " leads");
                term = office.apply(process, elected);
            } else {
                beginOnceHeld(elected);
            }
        });
    }

    @Override
    public void deposed(String why) {
        mandate = null;
        process.in(time.between(0, 50), process.name + " leads no more", () -> {
            if (term != null && mandate == null) {
                term.stop();
                term = null;
            }
        });
    }

    @Override
    public void challenged() {
        process.in(0, "", this::step);
    }
}
