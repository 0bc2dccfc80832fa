package org.crvqa.coordinator.api;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.estimate.Estimates;
import org.crvqa.study.estimate.RateChecks;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Run;
import org.crvqa.study.reading.ScoreCache;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.report.MissingScores;
import org.crvqa.study.report.Reports;
import org.crvqa.study.report.Waste;
import org.crvqa.study.spec.InvalidExperimentException;
import org.crvqa.study.spec.Violations;
import org.crvqa.study.threads.ParallelReads;
import org.jboss.logging.Logger;

/** What came of experiments: scores, device time, and what that says of the time that others take. Blocks on the store. Thread-safe. */
final class Results {
    private static final Logger LOG = Logger.getLogger(Results.class);

    /** The newest; older ones tell little of what the machines of today do, and every one is read from the store. */
    private static final int RATES_FROM_EXPERIMENTS = 20;

    private final ExperimentPlans plans;
    private final ExperimentStore store;
    private final AttemptLog attempts;
    private final ArtifactRepository artifacts;
    private final ParallelReads reads;
    private final Views views;
    private final ScoreCache scores = new ScoreCache(ScoreCache.USUAL_BYTES);

    Results(
            ExperimentPlans plans,
            ExperimentStore store,
            AttemptLog attempts,
            ArtifactRepository artifacts,
            ParallelReads reads,
            Views views) {
        this.plans = plans;
        this.store = store;
        this.attempts = attempts;
        this.artifacts = artifacts;
        this.reads = reads;
        this.views = views;
    }

    /** Device time of one experiment, or of all. */
    GetWasteResponse waste(Optional<StoredExperiment> one) {
        Waste waste = new Waste();
        if (one.isPresent()) {
            waste.add(plans.of(one.get()));
        } else {
            store.ids().forEach(id -> addTo(waste, id));
        }
        return StoreReads.sum(waste, reads, artifacts, attempts);
    }

    private void addTo(Waste waste, String id) {
        try {
            store.find(id).map(plans::of).ifPresent(waste::add);
        } catch (InvalidExperimentException | ArtifactCorruptException e) {
            LOG.warnf("Experiment %s is left out of the sum: %s", id, e.getMessage());
        }
    }

    /**
     * What the tasks of a plan that are not done will take.
     *
     * @throws InvalidExperimentException when a rate is not complete
     */
    Estimates.Estimated estimate(Experiments.Checked checked, Set<ArtifactKey> done, List<MeasuredRate> rates) {
        Violations violations = new Violations(Map.of());
        RateChecks.check(rates, violations);
        violations.throwIfAny();
        Map<ArtifactKey, String> models = new LinkedHashMap<>();
        for (int i = 0; i < checked.experiment().getModelsCount(); i++) {
            models.put(
                    new ArtifactKey(checked.resolved().getModels(i).getName()),
                    checked.experiment().getModels(i).getName());
        }
        Iterator<Plan> others = views.all().stream()
                .limit(RATES_FROM_EXPERIMENTS)
                .flatMap(status -> planOf(status.getId()).stream())
                .iterator();
        return new Estimates(checked.plan(), done, models, artifacts::find).estimate(rates, others);
    }

    private Optional<Plan> planOf(String id) {
        try {
            return store.find(id).map(plans::of);
        } catch (InvalidExperimentException | ArtifactCorruptException e) {
            LOG.warnf("Experiment %s tells no rates: %s", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** Scores so far. @throws ArtifactCorruptException when its plan is lost or damaged */
    Report report(StoredExperiment stored, boolean byQuestionType) {
        Plan plan = plans.of(stored);
        Map<ArtifactKey, Optional<Manifest>> evaluations = scores.get(
                plan.runs().stream().map(Run::evaluation).toList(), keys -> reads.each(keys, artifacts::find));
        Report report = Reports.make(stored.id(), stored.experiment(), plan, byQuestionType, key -> {
            Optional<Manifest> read = evaluations.get(key);
            return read == null ? artifacts.find(key) : read;
        });
        if (report.getComplete()) {
            return report;
        }
        return views.status(stored.id(), ExperimentView.EXPERIMENT_VIEW_FULL)
                .filter(status -> !status.getTasksOmitted())
                .map(status -> MissingScores.told(report, plan, status.getTasksList()))
                .orElse(report);
    }

    /** After artifacts were removed. */
    void forget() {
        scores.forget();
    }
}
