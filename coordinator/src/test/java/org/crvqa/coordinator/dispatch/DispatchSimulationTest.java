package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random faults in simulated time: see docs/simulation.md. {@code -Dcrvqa.simulation.seeds=FROM-TO} runs other or more
 * schedules.
 */
class DispatchSimulationTest {
    private static final String SEEDS = "crvqa.simulation.seeds";
    private static final String USUAL = "1-300";

    /** Schedules among which everything that can happen to an attempt has happened. */
    private static final int ENOUGH = 300;

    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator");

    private final Handler defects = new Handler() {
        @Override
        public void publish(LogRecord log) {
            if (log.getLevel().intValue() >= Level.SEVERE.intValue()) {
                logged = log;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /**
     * What three hundred schedules need not come to. The transport keeps the order, so that nothing overtakes the word that
     * a task was taken; and moments between a call and its answer are short. AttemptStepsTest has them all.
     */
    private static final Set<String> NEED_NOT_HAPPEN = Set.of(
            "Called Progresses",
            "Called Resumes",
            "Called Saves",
            "Called SaysFailed",
            "Called SaysInterrupted",
            "Called SaysCompleted",
            "Called Found",
            "Called Abandoned",
            "Reserved Abandoned",
            "Accepted Found");

    /** To what it takes more luck to come; {@code HungWorkTest} has it. */
    private static final Set<String> RARE = Set.of("Accepted Overtaken");

    /** Schedules among which that has happened, too. */
    private static final int MANY = 3000;

    private final Set<String> cells = new TreeSet<>();
    private volatile LogRecord logged;

    @BeforeEach
    void listen() {
        LOG.setLevel(Level.SEVERE);
        LOG.setUseParentHandlers(false);
        LOG.addHandler(defects);
    }

    @AfterEach
    void restore() {
        LOG.removeHandler(defects);
        LOG.setUseParentHandlers(true);
        LOG.setLevel(null);
    }

    @Test
    void run_randomFaults_everyInvariantHoldsAtEveryStep() {
        long began = System.nanoTime();
        long[] sums = new long[4];
        seeds().forEach(seed -> {
            Simulation.Outcome outcome = run(seed, Simulation.Parts.SOUND);
            sums[0] += outcome.events();
            sums[1] += outcome.simulatedMillis();
            sums[2] += outcome.results();
            sums[3] += outcome.restarts();
        });
        if (seeds().count() >= ENOUGH) {
            Set<String> missing = neverHappened();
            if (seeds().count() < MANY) {
                missing.removeAll(RARE);
            }
            assertThat(missing).isEmpty();
        }
        System.out.printf(
                "%d schedules in %.1f s: %d events, %d hours simulated, %d results, %d restarts of the coordinator%n",
                seeds().count(), (System.nanoTime() - began) / 1e9, sums[0], sums[1] / 3_600_000, sums[2], sums[3]);
    }

    /** Cells of the table of an attempt's life that act, and that no schedule has come to. */
    private Set<String> neverHappened() {
        Set<String> missing = new TreeSet<>();
        for (Class<?> state : AttemptState.class.getPermittedSubclasses()) {
            for (Class<?> event : AttemptEvent.class.getPermittedSubclasses()) {
                String cell = state.getSimpleName() + " " + event.getSimpleName();
                boolean acts = AttemptSteps.TABLE.cell(
                                state.asSubclass(AttemptState.class), event.asSubclass(AttemptEvent.class))
                        == AttemptTable.Cell.ACTS;
                if (acts && !cells.contains(cell) && !NEED_NOT_HAPPEN.contains(cell)) {
                    missing.add(cell);
                }
            }
        }
        return missing;
    }

    @Test
    void run_sameSeedTwice_traceIsTheSame() {
        for (long seed : new long[] {4, 5, 6}) {
            Simulation once = new Simulation(seed, Simulation.Parts.SOUND, true);
            Simulation again = new Simulation(seed, Simulation.Parts.SOUND, true);

            assertThat(once.run()).isEqualTo(again.run());
            assertThat(once.time.trace()).hasSizeGreaterThan(100).isEqualTo(again.time.trace());
        }
    }

    private Simulation.Outcome run(long seed, Simulation.Parts parts) {
        Simulation simulation = new Simulation(seed, parts, false);
        try {
            Simulation.Outcome outcome = simulation.run();
            simulation
                    .judge
                    .cells()
                    .forEach((state, events) -> events.forEach(event -> cells.add(state + " " + event)));
            if (logged != null) {
                throw new AssertionError(logged.getMessage(), logged.getThrown());
            }
            return outcome;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "Seed " + seed + ": " + e.getMessage() + "\nTo see it again: mvn -pl coordinator -am test"
                            + " -Dtest=DispatchSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -D" + SEEDS + "="
                            + seed + "-" + seed + "\nThe latest events:\n"
                            + String.join("\n", simulation.time.trace()),
                    e);
        }
    }

    private static LongStream seeds() {
        String[] ends = System.getProperty(SEEDS, USUAL).split("-", 2);
        return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
    }
}
