package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The invariants of the simulation see what they are made for: each is broken on purpose, and caught. */
class SimulationBitesTest {
    private static final int SEEDS = 400;
    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator");

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void restore() {
        LOG.setLevel(null);
    }

    @Test
    void run_storeLetsEveryCreationWin_isCaught() {
        assertCaught("claimed or recorded twice", store("tasks/"));
    }

    @Test
    void run_storeReplacesManifests_isCaught() {
        assertCaught("was replaced by other content", store("artifacts/"));
    }

    @Test
    void run_storeReplacesWhatAnExperimentIs_isCaught() {
        assertCaught("finds another plan", store("experiments/"));
    }

    @Test
    void run_workerComputesSomethingElse_isCaught() {
        assertCaught("another result", workers(run -> {}, run -> run.chain + 1));
    }

    @Test
    void run_workerDoesAStepTwice_isCaught() {
        assertCaught("another result", workers(run -> {}, run -> SimResults.next(run.chain, run.steps)));
    }

    @Test
    void run_workerIgnoresCancel_isCaught() {
        assertCaught("for which nobody waits", workers(run -> run.cancelling = false, run -> run.chain));
    }

    @Test
    void run_prioritiesUpsideDown_isCaught() {
        assertCaught("was served before", told(experiment -> experiment.setPriority(-experiment.getPriority())));
    }

    @Test
    void run_pauseIsForgottenByWhoeverLeadsNext_isCaught() {
        assertCaught("though whatever needs it is paused", new Simulation.Parts() {
            @Override
            public Settings told(Settings settings) {
                return settings.paused(false);
            }
        });
    }

    @Test
    void run_pauseThatNobodyEnds_isCaught() {
        assertCaught("Not everything has ended", new Simulation.Parts() {
            @Override
            public Settings told(Settings settings) {
                return settings.paused(true);
            }
        });
    }

    @Test
    void run_workerHidesWhatItRuns_isCaught() {
        assertCaught(
                "is given out again",
                described(description ->
                        description.setState(WorkerState.WORKER_STATE_IDLE).clearRunningKey()));
    }

    @Test
    void run_workerIsNeverIdle_isCaught() {
        assertCaught(
                "beside an idle worker", described(description -> description.setState(WorkerState.WORKER_STATE_BUSY)));
    }

    @Test
    void run_coordinatorsDisagreeAboutTheLease_isCaught() {
        assertCaught("Two coordinators", new Simulation.Parts() {
            @Override
            public Duration lease(int place) {
                return place == 0 ? SimInstance.LEASE : SimInstance.LEASE.dividedBy(5);
            }
        });
    }

    @Test
    void run_versionsAreNotCompared_isCaught() {
        assertCaught(
                "though it says that it does not fit",
                described(description -> description
                        .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                        .setStoreId(SimStore.ID)));
    }

    @Test
    void run_failuresLookLikeNobodysFault_wrongWorkerIsNotSetAside_isCaught() {
        assertCaught(
                "is called again and again",
                new SimMuch(
                        event -> event.hasFailed() ? event.setCancelled(TaskCancelled.getDefaultInstance()) : event));
    }

    @Test
    void run_oneWorkerLooksLikeMany_taskIsGivenUpForOne_isCaught() {
        int[] calls = {0};
        assertCaught("neither was it a user's error", new Simulation.Parts() {
            @Override
            public Member told(Member member) {
                return new Member(
                        member.id(),
                        member.kind(),
                        member.address(),
                        member.takesWork(),
                        Optional.of(member.name() + "/" + ++calls[0]));
            }

            @Override
            public boolean scales(SimTime time) {
                return false;
            }
        });
    }

    @Test
    void run_everybodyIsSaidToTakeWork_isCaught() {
        assertCaught("though it has long been said to leave", new SimMuch(event -> event) {
            @Override
            public Member told(Member member) {
                return new Member(member.id(), member.kind(), member.address(), true, member.pod());
            }
        });
    }

    @Test
    void run_marksOfPodsAreNotKept_isCaught() {
        assertCaught("is ended because its pool shrinks", new SimMuch(event -> event) {
            @Override
            public boolean keepsMarks() {
                return false;
            }
        });
    }

    @Test
    void run_budgetIsForgotten_isCaught() {
        assertCaught("devices, and has", new SimMuch(event -> event) {
            @Override
            public ScaleSettings believed(ScaleSettings settings) {
                return new ScaleSettings(
                        settings.pools(),
                        ScaleSettings.NO_BUDGET,
                        settings.up(),
                        settings.down(),
                        settings.handOver(),
                        settings.patience());
            }
        });
    }

    @Test
    void run_outcomesAreNotKept_isCaught() {
        assertCaught("ended is not in the store", new Simulation.Parts() {
            @Override
            public SimStore store(SimTime time) {
                return new SimStore(time) {
                    @Override
                    boolean createIfAbsent(String name, byte[] content) {
                        return name.endsWith(".outcome.json") || super.createIfAbsent(name, content);
                    }
                };
            }
        });
    }

    @Test
    void run_stalledWorkLooksAlive_isCaught() {
        assertCaught("stands still, and nobody notices", new SimMuch(event -> event) {
            @Override
            long quiet(long told) {
                return 0;
            }
        });
    }

    @Test
    void run_acknowledgedByTheClockAlone_isCaught() {
        assertCaught("Not everything has ended", new Simulation.Parts() {
            @Override
            public boolean fenced() {
                return false;
            }
        });
    }

    /** Within some dozens of schedules the check that is meant must have seen it. */
    private static void assertCaught(String what, Simulation.Parts broken) {
        List<String> seen = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS && seen.stream().noneMatch(message -> message.contains(what)); seed++) {
            try {
                new Simulation(seed, broken, false).run();
            } catch (SimViolation e) {
                seen.add(e.getMessage());
            }
        }
        assertThat(seen).as("violations").anyMatch(message -> message.contains(what));
    }

    /** Below a prefix, everybody creates and nobody sees what others did. */
    private static Simulation.Parts store(String prefix) {
        return new Simulation.Parts() {
            @Override
            public SimStore store(SimTime time) {
                return new SimStore(time) {
                    @Override
                    boolean createIfAbsent(String name, byte[] content) {
                        if (!name.startsWith(prefix)) {
                            return super.createIfAbsent(name, content);
                        }
                        write(name, content);
                        return true;
                    }

                    @Override
                    boolean seen(String name) {
                        return !name.startsWith(prefix) && super.seen(name);
                    }
                };
            }
        };
    }

    private static Simulation.Parts told(UnaryOperator<Experiment.Builder> changed) {
        return new Simulation.Parts() {
            @Override
            public StoredExperiment told(StoredExperiment stored) {
                Experiment other =
                        changed.apply(stored.experiment().toBuilder()).build();
                return new StoredExperiment(stored.id(), other, other, stored.submitted(), stored.cancelled());
            }
        };
    }

    private static Simulation.Parts workers(Consumer<SimRun> afterCancel, ToLongFunction<SimRun> result) {
        return new Simulation.Parts() {
            @Override
            public SimWorker worker(String name, WorkerKind kind, SimTime time, SimStore store, SimJudge judge) {
                return new SimWorker(name, kind, time, store, judge) {
                    @Override
                    boolean cancel(String key) {
                        boolean found = super.cancel(key);
                        if (found) {
                            afterCancel.accept(current);
                        }
                        return found;
                    }

                    @Override
                    long result(SimRun run) {
                        return result.applyAsLong(run);
                    }

                    @Override
                    long stepMillis() {
                        return 10 * super.stepMillis();
                    }
                };
            }
        };
    }

    private static Simulation.Parts described(UnaryOperator<WorkerDescription.Builder> lie) {
        return new Simulation.Parts() {
            @Override
            public SimWorker worker(String name, WorkerKind kind, SimTime time, SimStore store, SimJudge judge) {
                return new SimWorker(name, kind, time, store, judge) {
                    @Override
                    WorkerDescription describe() {
                        return lie.apply(super.describe().toBuilder()).build();
                    }
                };
            }
        };
    }
}
