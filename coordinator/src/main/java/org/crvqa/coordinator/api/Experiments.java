package org.crvqa.coordinator.api;

import com.google.protobuf.FieldMask;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.RemovalProtocol;
import org.crvqa.artifacts.gc.GarbageCollector;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EventLog;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Mark;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.SettingsLog;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.plan.Inputs;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Release;
import org.crvqa.study.spec.ExperimentRules;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.study.spec.InvalidExperimentException;
import org.crvqa.study.spec.Presets;
import org.crvqa.study.spec.Violations;
import org.crvqa.study.threads.ParallelReads;

/**
 * From an experiment's text to its tasks at work, and back to its scores. Blocks on the store and throws its {@link
 * org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class Experiments {
    /** How many experiments are read side by side. */
    public static final int LOADED_AT_ONCE = Loader.EXPERIMENTS_AT_ONCE;

    private final InputResolver resolver;
    private final ExperimentPlans plans;
    private final ExperimentStore store;
    private final ArtifactRepository artifacts;
    private final Dispatcher dispatcher;
    private final Housekeeping housekeeping;
    private final RemovalProtocol removal;
    private final TermFence fence;
    private final ParallelReads reads;
    private final Tasks tasks;
    private final Catalogue catalogue;
    private final CourseWriter writer;
    private final Loader loader;
    private final Ends ends;
    private final Views views;
    private final Retries retries;
    private final Results results;
    private final Overview overview;
    private final TaskLists taskLists;
    private final AttemptLists attemptLists;
    private final Events events;
    private final Updates updates;
    private final Operations operations;

    /**
     * What experiments are made of, all of it the caller's to close.
     *
     * @param fence asked after whatever was written, before a caller is told that it holds
     * @param term in which this coordinator leads
     * @param clock for what is kept in the store
     */
    public record Parts(
            InputResolver resolver,
            ExperimentStore store,
            Courses courses,
            AttemptLog attempts,
            ArtifactRepository artifacts,
            Dispatcher dispatcher,
            TermFence fence,
            long term,
            ParallelReads reads,
            ExperimentMetrics metrics,
            Clock clock) {}

    /** Knows no experiment before {@link #begin}. */
    public Experiments(Parts parts) {
        this(parts, Release.CURRENT);
    }

    /** Plans new experiments as {@code release} does. */
    Experiments(Parts parts, Release release) {
        this.resolver = parts.resolver();
        this.plans = new ExperimentPlans(resolver, parts.store(), parts.attempts(), release);
        this.store = parts.store();
        this.artifacts = parts.artifacts();
        this.dispatcher = parts.dispatcher();
        this.fence = parts.fence();
        this.reads = parts.reads();
        this.housekeeping =
                new Housekeeping(new GarbageCollector(artifacts.store(), artifacts.cache()), parts.metrics());
        this.removal = new RemovalProtocol(artifacts.store());
        this.tasks = new Tasks(plans, parts.attempts(), reads, parts.clock());
        this.catalogue = new Catalogue(parts.metrics());
        this.writer = new CourseWriter(parts.courses(), parts.term());
        SettingsLog settings = new SettingsLog(artifacts.store());
        this.events = new Events(new EventLog(artifacts.store()), reads, parts.clock());
        this.loader = new Loader(store, parts.courses(), settings, writer, tasks, dispatcher, catalogue, reads);
        this.ends = new Ends(dispatcher, catalogue, writer, tasks, events);
        this.views = new Views(store, tasks, dispatcher, catalogue, reads);
        this.retries = new Retries(parts, plans, tasks, catalogue, writer, loader, ends);
        this.results = new Results(plans, store, parts.attempts(), artifacts, reads, views);
        this.overview = new Overview(dispatcher, catalogue, views);
        this.taskLists = new TaskLists(dispatcher, views, parts.term());
        this.attemptLists = new AttemptLists(parts.attempts(), dispatcher, reads);
        this.updates = new Updates(settings, catalogue, dispatcher, fence, events, parts.term());
        this.operations = new Operations(
                new OperationStore(artifacts.store()), housekeeping, this::collectGarbage, parts.term(), parts.clock());
    }

    /**
     * Gives the experiments of the store to the dispatcher, as they are read; see {@link Loader}.
     *
     * @param surveyed called once, when it is known which experiments there are
     */
    public void begin(ScheduledExecutorService scheduler, Runnable surveyed) {
        loader.begin(scheduler, housekeeping::finishDeletions, surveyed);
    }

    /** Whether the dispatcher has every experiment that was open when this began, but those that cannot be read. */
    public boolean isLoaded() {
        return loader.isDone();
    }

    /** The same at once and on this thread. */
    void load() {
        housekeeping.finishDeletions();
        loader.run();
    }

    /** Writes down which experiments have ended. Blocks on the store. To be called every few seconds. */
    public void noteEnds() {
        ends.look();
    }

    /** What callers see of experiments. */
    Views views() {
        return views;
    }

    /**
     * A valid experiment with what its names stand for, and its tasks: those that it has, when it exists.
     *
     * @param id of its latest revision
     */
    record Checked(String id, Experiment experiment, Experiment resolved, Plan plan) {}

    /**
     * Reads, checks and plans.
     *
     * @throws InvalidExperimentException with everything that is wrong
     * @throws ArtifactCorruptException when it exists, and its plan is lost or damaged
     */
    Checked check(ExperimentSource source) {
        return check(source, false);
    }

    /** The same; {@code again}: where its latest revision was cancelled, it is a new one. */
    Checked check(ExperimentSource source, boolean again) {
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
        Experiment resolved = StoredExperiment.resolve(experiment, inputs.orElseThrow());
        ExperimentPlans.Revised revised = plans.latest(experiment, inputs.orElseThrow(), this::isCancelled, again);
        return new Checked(revised.id(), experiment, resolved, revised.plan());
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

    /**
     * Keeps a checked experiment and starts its tasks. Durable when it returns, also for every later leader.
     *
     * @throws DeposedException when another coordinator leads; then it may know nothing of the experiment
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED when there is no room for its tasks
     */
    ExperimentStore.Created submit(Checked checked) {
        return submit(checked, ExperimentSettings.getDefaultInstance());
    }

    /** The same; {@code asked} is set for it when it is new, before any of its tasks is given out. */
    ExperimentStore.Created submit(Checked checked, ExperimentSettings asked) {
        Settings settings = SettingsRules.change(Settings.NONE, asked, FieldMask.getDefaultInstance());
        checkRoom(checked);
        try (NewNeeds.Submission submission = housekeeping.submission()) {
            ExperimentStore.Created created = submit(checked, settings, submission);
            if (created.isNew()) {
                events.asked(
                        checked.id(),
                        EventKind.EVENT_KIND_SUBMITTED,
                        checked.plan().tasks().size() + " tasks");
            }
            return created;
        }
    }

    private ExperimentStore.Created submit(Checked checked, Settings settings, NewNeeds.Submission submission) {
        hold(checked, submission);
        ExperimentStore.Created created =
                store.create(checked.id(), checked.experiment(), checked.resolved(), checked.plan());
        if (created.isNew() && !settings.equals(Settings.NONE)) {
            updates.first(checked.id(), settings);
        }
        fence.check();
        StoredExperiment stored = created.experiment();
        if (created.isNew()) {
            Map<ArtifactKey, TaskHistory> histories = tasks.newHistories(checked.plan());
            catalogue.put(stored.id(), loader.toBoard(stored, checked.plan(), histories, Courses.Place.START));
        } else if (!stored.cancelled()) {
            // Another coordinator may have been first, with another plan: then that one holds.
            submission.need(ExperimentNeeds.of(checked.resolved(), plans.of(stored)));
            require(stored.id());
        }
        return created;
    }

    /** Whether somebody has cancelled it. A leader that died in between may have noted that in one place only. */
    boolean isCancelled(StoredExperiment stored) {
        ExperimentState cancelled = ExperimentState.EXPERIMENT_STATE_CANCELLED;
        Known known = catalogue.find(stored.id()).orElse(null);
        return stored.cancelled()
                || known instanceof Known.Ended ended && ended.end().state() == cancelled
                || known instanceof Known.OnBoard
                        && Waiting.on(dispatcher.summary(stored.id())).stream()
                                .anyMatch(status -> status.getState() == cancelled);
    }

    /** What exists has its room, or needs none any more. */
    private void checkRoom(Checked checked) {
        if (catalogue.find(checked.id()).isEmpty()) {
            Waiting.on(dispatcher.refusal(checked.plan().tasks().size())).ifPresent(why -> {
                throw CallErrors.refusal(Reason.TOO_MANY_TASKS, why);
            });
        }
    }

    /**
     * Ends an experiment, unless it has ended. The wish is written down first, so that it is carried out by whoever leads
     * next; the dispatcher knows which came first, the end or the wish.
     *
     * @throws io.grpc.StatusRuntimeException NOT_FOUND
     * @throws ArtifactCorruptException when it cannot be read
     * @throws DeposedException when another coordinator leads
     */
    void cancel(String id) {
        if (!(require(id) instanceof Known.OnBoard known)) {
            return;
        }
        Courses.Place place = writer.cancel(id, known.place());
        catalogue.move(id, place);
        fence.check();
        if (place.mark().kind() == Mark.Kind.CANCEL && Waiting.on(dispatcher.cancel(id))) {
            store.cancel(id);
            if (place.number() > known.place().number()) {
                events.asked(id, EventKind.EVENT_KIND_CANCELLED, "");
            }
        }
    }

    /**
     * What is known of an experiment, once its tasks are read when it is open.
     *
     * @throws io.grpc.StatusRuntimeException NOT_FOUND
     * @throws ArtifactCorruptException when it is set aside
     */
    Known require(String id) {
        if (catalogue.find(id).isEmpty() && !loader.again(id)) {
            throw CallErrors.noExperiment(id);
        }
        loader.load(id);
        Known known = catalogue.find(id).orElseThrow();
        if (known instanceof Known.Unreadable unreadable) {
            throw new ArtifactCorruptException(unreadable.problem());
        }
        return known;
    }

    /**
     * One experiment with its tasks, unless they are too many.
     *
     * @throws io.grpc.StatusRuntimeException NOT_FOUND
     */
    ExperimentStatus status(String id) {
        return status(id, ExperimentView.EXPERIMENT_VIEW_FULL);
    }

    /** The same, with tasks where they are asked for. */
    ExperimentStatus status(String id, ExperimentView view) {
        if (catalogue.find(id).isPresent()) {
            loader.load(id);
        }
        return views.status(id, view).orElseThrow(() -> CallErrors.noExperiment(id));
    }

    /** One that is not, or not any more, the dispatcher's, with all of its tasks. Errors as {@link #status}. */
    ExperimentStatus whole(String id) {
        return catalogue.find(id).orElse(null) instanceof Known.Ended ended ? views.ended(id, ended) : status(id);
    }

    /** A page of an experiment's tasks. Errors as {@link #require} and {@link TaskLists#list}. */
    ListTasksResponse tasks(ListTasksRequest request) {
        return taskLists.list(request, () -> require(request.getExperimentId()));
    }

    /** A page of the attempts at a task. Errors as {@link AttemptLists#list}. */
    ListAttemptsResponse attempts(ListAttemptsRequest request) {
        return attemptLists.list(request);
    }

    /** A page of what happened to an experiment. @throws io.grpc.StatusRuntimeException NOT_FOUND, INVALID_ARGUMENT */
    ListEventsResponse events(ListEventsRequest request) {
        String id = request.getExperimentId();
        if (catalogue.find(id).isEmpty() && !loader.again(id)) {
            throw CallErrors.noExperiment(id);
        }
        return events.list(request);
    }

    /** Changes what is set for an experiment. Errors as {@link #require} and {@link Updates#update}. */
    void update(UpdateExperimentRequest request) {
        require(request.getExperimentId());
        updates.update(
                request.getExperimentId(),
                settings -> SettingsRules.change(settings, request.getSettings(), request.getUpdateMask()));
    }

    /** Pauses an experiment or resumes it. Errors as {@link #require} and {@link Updates#pause}. */
    void pause(String id, boolean pause, boolean stops) {
        updates.pause(id, require(id), pause, stops);
    }

    /** All experiments, and what changes of them. */
    Overview overview() {
        return overview;
    }

    /** What takes long. */
    Operations operations() {
        return operations;
    }

    /** Gives what failed another try; errors as {@link Retries#retry}. */
    List<ArtifactKey> retry(String id) {
        if (catalogue.find(id).orElse(null) instanceof Known.Unreadable) {
            loader.again(id);
        }
        List<ArtifactKey> retried = retries.retry(id, require(id));
        if (!retried.isEmpty()) {
            events.asked(id, EventKind.EVENT_KIND_RETRIED, retried.size() + " tasks");
        }
        return retried;
    }

    /** What came of experiments: scores, device time, estimates. */
    Results results() {
        return results;
    }

    Optional<StoredExperiment> find(String id) {
        return store.find(id);
    }

    private boolean done(ArtifactKey key) {
        return artifacts.find(key).isPresent();
    }

    /** The tasks of a plan whose artifacts exist. */
    Set<ArtifactKey> done(Plan plan) {
        return tasks.done(plan);
    }

    /** Collects garbage; the summary is the last that is said. Errors as {@link Housekeeping.Turn#collect}. */
    private void collectGarbage(Housekeeping.Turn turn, Consumer<CollectGarbageResponse> says) {
        try {
            turn.collect(new ExperimentNeeds(store, plans, reads)::all, fence, says);
        } finally {
            views.forget();
            results.forget();
        }
    }

    /** Keeps a collection of garbage that runs from removing what this experiment is about to need. */
    private void hold(Checked checked, NewNeeds.Submission submission) {
        submission.need(ExperimentNeeds.of(checked.resolved(), checked.plan()));
        for (ArtifactKey input : ExperimentNeeds.inputs(checked.resolved())) {
            boolean isThere = done(input) || (removal.rescue(input) && done(input));
            if (!isThere) {
                throw CallErrors.refusal(
                        Reason.INPUT_REMOVED,
                        "Artifact " + input + " was removed just now by a collection of garbage; "
                                + "import it again with 'crvqa data import' or 'crvqa model import', then submit again");
            }
        }
    }
}
