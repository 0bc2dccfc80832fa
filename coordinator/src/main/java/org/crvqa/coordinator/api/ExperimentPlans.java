package org.crvqa.coordinator.api;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.plan.Inputs;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Planner;
import org.crvqa.study.plan.Release;
import org.crvqa.study.spec.ExperimentRules;
import org.crvqa.study.spec.Violations;
import org.jboss.logging.Logger;

/**
 * The plans of experiments. An experiment is planned once, by the coordinator that takes it; whatever is asked about it
 * later is answered from what was written down then. Blocks on the store. Thread-safe.
 */
final class ExperimentPlans {
    private static final Logger LOG = Logger.getLogger(ExperimentPlans.class);

    private final InputResolver resolver;
    private final ExperimentStore store;
    private final AttemptLog attempts;
    private final Release release;

    /** Plans new experiments as {@code release} does. */
    ExperimentPlans(InputResolver resolver, ExperimentStore store, AttemptLog attempts, Release release) {
        this.resolver = resolver;
        this.store = store;
        this.attempts = attempts;
        this.release = release;
    }

    /**
     * The latest revision of an experiment that somebody may submit, with its plan: its own, when it exists.
     *
     * @param cancelled whether an experiment was cancelled
     * @param again that it is a new revision where the latest one was cancelled
     * @throws ArtifactCorruptException when it exists, and its plan is lost or damaged
     */
    Revised latest(Experiment experiment, Inputs inputs, Predicate<StoredExperiment> cancelled, boolean again) {
        String first = ExperimentStore.id(StoredExperiment.resolve(experiment, inputs));
        Optional<StoredExperiment> latest = Optional.empty();
        for (int revision = 1; ; revision++) {
            String id = ExperimentStore.revision(first, revision);
            Optional<StoredExperiment> found = store.find(id);
            if (found.isPresent() && !cancelled.test(found.get())) {
                return new Revised(id, of(found.get()));
            }
            if (found.isEmpty()) {
                return latest.isEmpty() || again
                        ? new Revised(id, Planner.plan(experiment, inputs, release))
                        : new Revised(latest.get().id(), of(latest.get()));
            }
            latest = found;
        }
    }

    /** A revision of an experiment, and its plan. */
    record Revised(String id, Plan plan) {}

    /**
     * The plan of an experiment that exists. One that was submitted before plans were written down gets its own now, and
     * keeps it.
     *
     * @throws ArtifactCorruptException when it is lost or damaged, or none was written down and none can be made; the
     *     message names the object
     */
    Plan of(StoredExperiment stored) {
        return store.plan(stored).orElseGet(() -> {
            Plan plan = store.adopt(stored, plannable(stored));
            LOG.infof(
                    "Experiment %s was submitted before plans were written down; its plan is that of algorithm version %d",
                    stored.id(), plan.tasks().get(0).spec().getAlgorithmVersion());
            return plan;
        });
    }

    private Plan plannable(StoredExperiment stored) {
        try {
            Violations violations = new Violations(Map.of());
            // What lies in a store was not checked there; nothing of it is planned that could not be submitted.
            ExperimentRules.check(stored.experiment(), violations);
            violations.throwIfAny();
            return reconstruct(stored);
        } catch (StoreException | ArtifactCorruptException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ArtifactCorruptException(
                    "Experiment " + stored.id() + " cannot be planned by what experiments/" + stored.id()
                            + "/spec.json and submission.json say: " + e.getMessage(),
                    e);
        }
    }

    /**
     * As the release that took it: that is the one some of whose tasks have ended, well or not. An experiment that was
     * cancelled needs nothing but its past. One of which nothing has ended loses nothing when this release begins it
     * anew, while its old tasks would find no worker any more.
     */
    private Plan reconstruct(StoredExperiment stored) {
        Violations violations = new Violations(Map.of());
        Optional<Inputs> found = resolver.resolve(stored.resolved(), violations);
        violations.throwIfAny();
        // Names mean today what they meant then.
        Inputs inputs = stored.named(found.orElseThrow());
        for (Release before : Release.WITHOUT_STORED_PLANS) {
            Plan plan = Planner.plan(stored.experiment(), inputs, before);
            if (stored.cancelled() || plan.tasks().stream().anyMatch(task -> hasEnded(task.key()))) {
                return plan;
            }
        }
        return Planner.plan(stored.experiment(), inputs, release);
    }

    private boolean hasEnded(ArtifactKey key) {
        TaskHistory history = attempts.history(key);
        return history.done() || history.quarantined();
    }
}
