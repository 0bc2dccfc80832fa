package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;

/** People: they submit and cancel experiments, and ask again until they are answered. */
final class SimClient {
    private static final long PATIENCE = 10_000;

    /** What the store keeps of experiments. */
    final List<Submission> durable = new ArrayList<>();
    /** By experiment, as people gave them. */
    final Map<String, Integer> priorities = new HashMap<>();

    /** What is set for experiments, as the store keeps it. */
    private final Map<String, Settings> set = new HashMap<>();

    private final Set<Submission> touched = new LinkedHashSet<>();
    /** Experiments whose pause was acknowledged, and that nobody has asked to resume since. */
    private final Set<String> paused = new HashSet<>();

    private final SimTime time;
    private final Supplier<Optional<SimCoordinator>> coordinator;
    private final Set<String> cancelled = new HashSet<>();
    /** Calls without an answer yet. */
    private int waiting;

    SimClient(SimTime time, Supplier<Optional<SimCoordinator>> coordinator) {
        this.time = time;
        this.coordinator = coordinator;
    }

    /**
     * An experiment that somebody wants.
     *
     * @param old written as coordinators did that kept no plans
     */
    record Submission(
            String id, Experiment experiment, SimExperiments.Variant variant, Instant submitted, boolean old) {
        static Submission of(
                String name, SimExperiments.Variant variant, int priority, Instant submitted, boolean old) {
            Experiment experiment = variant.experiment().toBuilder()
                    .setName(name)
                    .setPriority(priority)
                    .build();
            return new Submission(ExperimentStore.id(experiment), experiment, variant, submitted, old);
        }

        int priority() {
            return experiment.getPriority();
        }

        StoredExperiment stored(boolean cancelled) {
            return new StoredExperiment(id, experiment, experiment, submitted, cancelled);
        }

        String submissionName() {
            return "experiments/" + id + "/submission.json";
        }

        String specName() {
            return "experiments/" + id + "/spec.json";
        }

        String cancelledName() {
            return "experiments/" + id + "/cancelled";
        }
    }

    /** Whether everything that was asked for has been answered. */
    boolean satisfied() {
        return waiting == 0;
    }

    /** Whether an experiment was cancelled and its owner knows. */
    boolean knowsCancelled(String id) {
        return cancelled.contains(id);
    }

    void submit(Submission submission) {
        priorities.put(submission.id(), submission.priority());
        waiting++;
        trySubmit(new Asked(), submission);
    }

    void cancel(Submission submission) {
        waiting++;
        tryCancel(new Asked(), submission);
    }

    /** What is set for an experiment; durable from the moment of the wish on. */
    Settings settings(String id) {
        return set.getOrDefault(id, Settings.NONE);
    }

    /** Whether an experiment was paused and its owner knows. */
    boolean knowsPaused(String id) {
        return paused.contains(id);
    }

    /** Pauses an experiment, also what runs where {@code stops}, or resumes it. */
    void pause(Submission submission, boolean pauses, boolean stops) {
        set.put(submission.id(), Settings.NONE.paused(pauses));
        touched.add(submission);
        if (!pauses) {
            paused.remove(submission.id());
        }
        waiting++;
        tryPause(new Asked(), submission, stops);
    }

    /** Resumes whatever is paused. */
    void resumeAll() {
        touched.stream()
                .filter(submission -> settings(submission.id()).paused())
                .toList()
                .forEach(submission -> pause(submission, false, false));
    }

    private void tryPause(Asked asked, Submission submission, boolean stops) {
        asked.unlessAnswered(() -> tryPause(asked, submission, stops));
        Settings latest = settings(submission.id());
        coordinator
                .get()
                .ifPresent(to -> to.dispatcher
                        .set(submission.id(), latest, stops)
                        .thenAccept(known -> {
                            if (known) {
                                to.acknowledge(() -> {
                                    if (latest.paused()
                                            && settings(submission.id()).paused()) {
                                        paused.add(submission.id());
                                    }
                                    asked.answer();
                                });
                            } else if (to.dispatcher.board.experiments().containsKey(submission.id())) {
                                asked.answer();
                            }
                        }));
    }

    /** A wish, until it is answered. */
    private final class Asked {
        private boolean answered;

        void answer() {
            waiting -= answered ? 0 : 1;
            answered = true;
        }

        void unlessAnswered(Runnable again) {
            time.in(PATIENCE, "", () -> {
                if (!answered) {
                    again.run();
                }
            });
        }
    }

    private void trySubmit(Asked asked, Submission submission) {
        asked.unlessAnswered(() -> trySubmit(asked, submission));
        coordinator
                .get()
                .ifPresent(to -> to.submit(submission, () -> {
                    if (!durable.contains(submission)) {
                        durable.add(submission);
                    }
                    to.load(submission, () -> {
                        // Who leads no more has not told the one that does.
                        to.acknowledge(asked::answer);
                    });
                }));
    }

    private void tryCancel(Asked asked, Submission submission) {
        asked.unlessAnswered(() -> tryCancel(asked, submission));
        coordinator
                .get()
                .ifPresent(to -> to.dispatcher.cancel(submission.id()).thenAccept(done -> {
                    if (done) {
                        to.store(submission.cancelledName(), () -> {
                            to.acknowledge(() -> {
                                cancelled.add(submission.id());
                                asked.answer();
                            });
                        });
                    } else if (to.dispatcher.board.experiments().containsKey(submission.id())) {
                        asked.answer();
                    }
                }));
    }
}
