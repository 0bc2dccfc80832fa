package org.crvqa.coordinator.api;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.gc.GarbageCollector;
import org.crvqa.artifacts.gc.Needs;
import org.crvqa.coordinator.dispatch.AttemptLog;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.OtherVersion;
import org.crvqa.coordinator.dispatch.TaskHistory;
import org.crvqa.coordinator.estimate.Estimates;
import org.crvqa.coordinator.estimate.RateChecks;
import org.crvqa.coordinator.experiment.ExperimentStore;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.InputResolver;
import org.crvqa.coordinator.plan.Inputs;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.coordinator.plan.Release;
import org.crvqa.coordinator.report.Reports;
import org.crvqa.coordinator.report.Waste;
import org.crvqa.coordinator.spec.ExperimentRules;
import org.crvqa.coordinator.spec.ExperimentYaml;
import org.crvqa.coordinator.spec.InvalidExperimentException;
import org.crvqa.coordinator.spec.Presets;
import org.crvqa.coordinator.spec.Violations;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.experiment.v1.Experiment;
import org.jboss.logging.Logger;

/**
 * From an experiment's text to its tasks at work, and back to its scores. Blocks on the store and throws its {@link
 * org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class Experiments {
    private static final Logger LOG = Logger.getLogger(Experiments.class);

    /** The newest; older ones tell little of what the machines of today do, and every one is read from the store. */
    private static final int RATES_FROM_EXPERIMENTS = 20;

    private final InputResolver resolver;
    private final ExperimentPlans plans;
    private final ExperimentStore store;
    private final AttemptLog attempts;
    private final ArtifactRepository artifacts;
    private final Dispatcher dispatcher;
    private final Housekeeping housekeeping;

    /** All parts stay the caller's to close. */
    public Experiments(
            InputResolver resolver,
            ExperimentStore store,
            AttemptLog attempts,
            ArtifactRepository artifacts,
            Dispatcher dispatcher) {
        this(resolver, store, attempts, artifacts, dispatcher, Release.CURRENT);
    }

    /** Plans new experiments as {@code release} does. */
    Experiments(
            InputResolver resolver,
            ExperimentStore store,
            AttemptLog attempts,
            ArtifactRepository artifacts,
            Dispatcher dispatcher,
            Release release) {
        this.resolver = resolver;
        this.plans = new ExperimentPlans(resolver, store, attempts, release);
        this.store = store;
        this.attempts = attempts;
        this.artifacts = artifacts;
        this.dispatcher = dispatcher;
        this.housekeeping = new Housekeeping(new GarbageCollector(artifacts.store(), artifacts.cache()));
    }

    /** A valid experiment with what its names stand for, and its tasks: those that it has, when it exists. */
    record Checked(Experiment experiment, Experiment resolved, Plan plan) {
        String id() {
            return ExperimentStore.id(resolved);
        }
    }

    /**
     * Reads, checks and plans.
     *
     * @throws InvalidExperimentException with everything that is wrong
     * @throws ArtifactCorruptException when it exists, and its plan is lost or damaged
     */
    Checked check(ExperimentSource source) {
        Violations violations = new Violations(Map.of());
        Experiment experiment = source.getExperiment();
        if (source.hasYaml()) {
            ExperimentYaml.Parsed parsed = ExperimentYaml.parse(source.getYaml());
            violations = parsed.violations();
            experiment = parsed.experiment();
        } else if (!source.hasExperiment()) {
            violations.invalid("source", "expected an experiment, as a message or as the text of an experiment file");
            violations.throwIfAny();
        }
        // Kept expanded, so that a preset that changes later changes no experiment that was submitted.
        experiment = Presets.apply(experiment, violations);
        ExperimentRules.check(experiment, violations);
        Optional<Inputs> inputs = resolver.resolve(experiment, violations);
        violations.throwIfAny();
        return new Checked(
                experiment,
                StoredExperiment.resolve(experiment, inputs.orElseThrow()),
                plans.of(experiment, inputs.orElseThrow()));
    }

    /** A model of the store. @throws InvalidInputException without a name; InvalidExperimentException: not there */
    ModelSummary model(String name) {
        if (name.isBlank()) {
            throw new InvalidInputException("model is empty", "Name a model of the store.");
        }
        Violations violations = new Violations(Map.of());
        Optional<ModelSummary> model = resolver.model(name, violations);
        violations.throwIfAny();
        return model.orElseThrow();
    }

    /** Keeps a checked experiment and starts its tasks. Durable when it returns. */
    ExperimentStore.Created submit(Checked checked) {
        hold(checked);
        ExperimentStore.Created created = store.create(checked.experiment(), checked.resolved(), checked.plan());
        if (!created.experiment().cancelled()) {
            // Another coordinator may have been first, with another plan: then that one holds.
            Plan plan = created.isNew() ? checked.plan() : plans.of(created.experiment());
            housekeeping.need(needs(checked.resolved(), plan));
            Waiting.on(dispatcher.add(created.experiment(), Optional.of(plan), histories(plan)));
        }
        return created;
    }

    /** Ends an experiment, unless it has ended: only the dispatcher knows which came first. */
    void cancel(String id) {
        if (Waiting.on(dispatcher.cancel(id))) {
            store.cancel(id);
        }
    }

    /**
     * Gives an experiment's failed tasks new attempts, and those whose artifacts were discarded another run. Durable when
     * it returns. The keys of these tasks.
     *
     * @throws io.grpc.StatusRuntimeException FAILED_PRECONDITION when no worker of this release may run them
     * @throws ArtifactCorruptException when its plan is lost or damaged
     */
    List<ArtifactKey> retry(StoredExperiment stored) {
        Plan plan = plans.of(stored);
        Map<ArtifactKey, TaskHistory> histories = histories(plan);
        plan.otherVersion().ifPresent(version -> {
            if (histories.values().stream()
                    .anyMatch(history -> history.manifest().isEmpty())) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("Experiment " + stored.id() + ": " + OtherVersion.cause(version) + ". "
                                + OtherVersion.ADVICE)
                        .asRuntimeException();
            }
        });
        Map<ArtifactKey, Integer> failed = Waiting.on(dispatcher.failed(stored.id()));
        failed.forEach(attempts::pardon);
        return Waiting.on(dispatcher.retry(stored.id(), failed.keySet(), histories));
    }

    /** Device time of one experiment, or of all. */
    GetWasteResponse waste(Optional<StoredExperiment> one) {
        Waste waste = new Waste(artifacts::find, attempts::attempts);
        if (one.isPresent()) {
            waste.add(plans.of(one.get()));
        } else {
            store.ids().forEach(id -> addTo(waste, id));
        }
        return waste.sum();
    }

    private void addTo(Waste waste, String id) {
        try {
            store.find(id).map(plans::of).ifPresent(waste::add);
        } catch (InvalidExperimentException | ArtifactCorruptException e) {
            LOG.warnf("Experiment %s is left out of the sum: %s", id, e.getMessage());
        }
    }

    Optional<StoredExperiment> find(String id) {
        return store.find(id);
    }

    boolean done(ArtifactKey key) {
        return artifacts.find(key).isPresent();
    }

    /** The tasks of a plan whose artifacts exist. */
    Set<ArtifactKey> done(Plan plan) {
        return plan.tasks().stream().map(PlanTask::key).filter(this::done).collect(Collectors.toSet());
    }

    /**
     * What the tasks of a plan that are not done will take.
     *
     * @throws InvalidExperimentException when a rate is not complete
     */
    Estimates.Estimated estimate(Checked checked, Set<ArtifactKey> done, List<MeasuredRate> rates) {
        Violations violations = new Violations(Map.of());
        RateChecks.check(rates, violations);
        violations.throwIfAny();
        Map<ArtifactKey, String> models = new LinkedHashMap<>();
        for (int i = 0; i < checked.experiment().getModelsCount(); i++) {
            models.put(
                    new ArtifactKey(checked.resolved().getModels(i).getName()),
                    checked.experiment().getModels(i).getName());
        }
        Iterator<Plan> others = Waiting.on(dispatcher.list()).stream()
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
        return Reports.make(stored.id(), stored.experiment(), plans.of(stored), byQuestionType, artifacts::find);
    }

    /** Collects garbage; the summary is the last that is said. Errors as {@link Housekeeping#collect}. */
    void collectGarbage(CollectGarbageRequest request, Consumer<CollectGarbageResponse> says) {
        housekeeping.collect(request, this::needs, says);
    }

    /** Keeps a collection of garbage that runs from removing what this experiment is about to need. */
    private void hold(Checked checked) {
        housekeeping.need(needs(checked.resolved(), checked.plan()));
        for (ArtifactKey input : inputs(checked.resolved())) {
            if (!done(input)) {
                throw Status.ABORTED
                        .withDescription("Artifact " + input + " was removed just now by a collection of garbage; "
                                + "import it again, then submit again")
                        .asRuntimeException();
            }
        }
    }

    /** What the experiments of the store need, cancelled ones too: their results stay. */
    private Needs needs() {
        Set<ArtifactKey> all = new HashSet<>();
        Set<ArtifactKey> unfinished = new HashSet<>();
        List<String> unknown = new ArrayList<>();
        for (String id : store.ids()) {
            try {
                for (StoredExperiment stored : store.find(id).stream().toList()) {
                    Plan plan = plans.of(stored);
                    all.addAll(needs(stored.resolved(), plan));
                    if (!stored.cancelled()) {
                        plan.tasks().forEach(task -> unfinished.add(task.key()));
                    }
                }
            } catch (InvalidExperimentException | ArtifactCorruptException e) {
                unknown.add("Artifacts and tasks stay, because experiment " + id
                        + " has no plan that can be read, so that nobody knows what it needs: " + e.getMessage());
            }
        }
        unfinished.removeIf(key -> artifacts.store().exists(ArtifactLayout.manifest(key)));
        return new Needs(all, unfinished, unknown);
    }

    private static Set<ArtifactKey> needs(Experiment resolved, Plan plan) {
        Set<ArtifactKey> needs = new HashSet<>(inputs(resolved));
        plan.tasks().forEach(task -> needs.add(task.key()));
        return needs;
    }

    private static List<ArtifactKey> inputs(Experiment resolved) {
        List<ArtifactKey> inputs = new ArrayList<>();
        inputs.add(new ArtifactKey(resolved.getDataset()));
        resolved.getModelsList().forEach(model -> inputs.add(new ArtifactKey(model.getName())));
        return inputs;
    }

    /** Gives every experiment of the store to the dispatcher: the whole state after a restart. */
    public void load() {
        housekeeping.finishDeletions();
        List<String> ids = store.ids();
        for (String id : ids) {
            try {
                store.find(id).ifPresent(this::load);
            } catch (ArtifactCorruptException e) {
                // Reports and calls about it say the same; the other experiments go on.
                LOG.errorf("Experiment %s is left out: %s", id, e.getMessage());
            }
        }
        LOG.infof("%d experiments are in the store", ids.size());
    }

    private void load(StoredExperiment stored) {
        Optional<Plan> plan = Optional.empty();
        Map<ArtifactKey, TaskHistory> histories = Map.of();
        try {
            plan = Optional.of(plans.of(stored));
            histories = histories(plan.get());
        } catch (InvalidExperimentException | ArtifactCorruptException e) {
            plan = Optional.empty();
            LOG.errorf("Experiment %s cannot go on: %s", stored.id(), e.getMessage());
        }
        Waiting.on(dispatcher.add(stored, plan, histories));
    }

    private Map<ArtifactKey, TaskHistory> histories(Plan plan) {
        Map<ArtifactKey, TaskHistory> histories = new LinkedHashMap<>();
        for (PlanTask task : plan.tasks()) {
            histories.put(task.key(), attempts.history(task.key()));
        }
        return histories;
    }
}
