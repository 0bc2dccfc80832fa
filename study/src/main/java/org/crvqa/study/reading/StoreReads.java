package org.crvqa.study.reading;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.TaskCounts;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Mark;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.SettingsLog;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Run;
import org.crvqa.study.report.MissingScores;
import org.crvqa.study.report.Reports;
import org.crvqa.study.report.Waste;
import org.crvqa.study.spec.InvalidExperimentException;
import org.crvqa.study.threads.ParallelReads;
import org.jboss.logging.Logger;

/**
 * What the store says of experiments, and nothing that only a coordinator that leads knows: for coordinators that stand
 * by, and where there is none. It writes nothing. Which experiments there are is looked up again after {@value #FRESH_SECONDS} s. Blocks on the store and throws its {@link
 * org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class StoreReads implements Reads {
    private static final Logger LOG = Logger.getLogger(StoreReads.class);

    static final int FRESH_SECONDS = 5;

    private static final Comparator<ExperimentStatus> NEWEST_FIRST = Comparator.comparing(
                    ExperimentStatus::getSubmitted, Timestamps.comparator())
            .thenComparing(ExperimentStatus::getId)
            .reversed();

    private final ExperimentStore store;
    private final Courses courses;
    private final SettingsLog settings;
    private final ArtifactRepository artifacts;
    private final AttemptLog attempts;
    private final ParallelReads reads;
    private final Clock clock;
    private final ScoreCache scores = new ScoreCache(ScoreCache.USUAL_BYTES);
    private Optional<Told<List<ExperimentStatus>>> latest = Optional.empty();
    private Instant lookedAt = Instant.MIN;

    /** Reads nothing yet. {@code clock}: by which answers say of when they are. */
    public StoreReads(
            ExperimentStore store,
            ArtifactRepository artifacts,
            AttemptLog attempts,
            ParallelReads reads,
            Clock clock) {
        this.store = store;
        this.courses = new Courses(artifacts.store());
        this.settings = new SettingsLog(artifacts.store());
        this.artifacts = artifacts;
        this.attempts = attempts;
        this.reads = reads;
        this.clock = clock;
    }

    private static <T> Told<T> told(T content, Instant at) {
        return new Told<>(content, Optional.of(Timestamps.fromMillis(at.toEpochMilli())));
    }

    @Override
    public synchronized Told<List<ExperimentStatus>> all() {
        Instant now = clock.instant();
        if (latest.isEmpty() || !now.isBefore(lookedAt.plusSeconds(FRESH_SECONDS))) {
            latest = Optional.of(told(
                    reads.each(store.listed(), this::look).values().stream()
                            .sorted(NEWEST_FIRST)
                            .toList(),
                    now));
            lookedAt = now;
        }
        return latest.get();
    }

    private ExperimentStatus look(ExperimentStore.Listed listed) {
        return look(
                listed.id(),
                courses.at(listed.id(), listed.mark()).mark(),
                listed.settings() > 0
                        ? settings.at(listed.id(), listed.settings()).settings()
                        : Settings.NONE);
    }

    private ExperimentStatus look(String id, Mark mark, Settings set) {
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder()
                .setId(id)
                .setRevision(ExperimentStore.revision(id))
                .setTasksOmitted(true)
                .setSettings(ExperimentSettings.newBuilder()
                        .putAllLabels(set.labels())
                        .setNote(set.note()));
        set.priority().ifPresent(priority -> status.getSettingsBuilder().setPriority(priority));
        if (mark.kind() == Mark.Kind.ENDED) {
            return ended(status, mark.end().orElseThrow());
        }
        status.setState(
                set.paused() ? ExperimentState.EXPERIMENT_STATE_PAUSED : ExperimentState.EXPERIMENT_STATE_RUNNING);
        try {
            return store.find(id)
                    .map(stored -> describe(status, stored).build())
                    .orElseThrow(() -> new ArtifactCorruptException("experiments/" + id + "/spec.json is gone"));
        } catch (RuntimeException | StackOverflowError e) {
            return status.setState(ExperimentState.EXPERIMENT_STATE_UNREADABLE)
                    .setProblem(Unreadable.problem(id, e))
                    .build();
        }
    }

    private static ExperimentStatus.Builder describe(ExperimentStatus.Builder status, StoredExperiment stored) {
        if (!status.getSettings().hasPriority()) {
            status.getSettingsBuilder().setPriority(stored.experiment().getPriority());
        }
        return status.setExperiment(stored.experiment())
                .setSubmitted(Timestamps.fromMillis(stored.submitted().toEpochMilli()));
    }

    /** Of one that has ended, what its record says. */
    public static ExperimentStatus ended(ExperimentStatus.Builder status, EndedRecord end) {
        return status.setState(end.state())
                .setSubmitted(timestamp(end.submitted()))
                .setEnded(timestamp(end.ended()))
                .setUpdated(timestamp(end.ended()))
                .setTasksDone(end.tasksDone())
                .setTasksTotal(end.tasksTotal())
                .setTasksOmitted(true)
                .setCounts(TaskCounts.newBuilder()
                        .setDone(end.tasksDone())
                        .setFailed(end.tasksFailed())
                        .setCancelled(end.tasksCancelled()))
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamps.fromMillis(instant.toEpochMilli());
    }

    @Override
    public List<ExperimentStatus> filled(List<ExperimentStatus> page) {
        Map<ExperimentStatus, ExperimentStatus> filled = reads.each(
                page.stream()
                        .filter(status -> !status.hasExperiment()
                                && status.getState() != ExperimentState.EXPERIMENT_STATE_UNREADABLE)
                        .toList(),
                this::fill);
        return page.stream().map(status -> filled.getOrDefault(status, status)).toList();
    }

    private ExperimentStatus fill(ExperimentStatus status) {
        try {
            return store.find(status.getId())
                    .map(stored -> describe(status.toBuilder(), stored).build())
                    .orElse(status);
        } catch (ArtifactCorruptException e) {
            return status;
        }
    }

    @Override
    public Told<ExperimentStatus> status(String id, ExperimentView view) {
        Instant now = clock.instant();
        StoredExperiment stored = find(id);
        ExperimentStatus.Builder status =
                describe(look(id, courses.latest(id).mark(), settings.latest(id).settings()).toBuilder(), stored);
        Optional<Plan> plan = store.plan(stored);
        if (plan.isEmpty()) {
            // Older than stored plans: the leader makes it.
            return told(status.build(), now);
        }
        List<TaskStatus> tasks = tasks(status.getState(), plan.get());
        StageTally tally = new StageTally();
        tasks.forEach(task -> tally.add(task.getStage(), task.getState(), 1));
        tally.write(status);
        int done = (int) tasks.stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_DONE)
                .count();
        status.setTasksTotal(tasks.size()).setTasksDone(done);
        if (done == tasks.size() && status.getState() == ExperimentState.EXPERIMENT_STATE_RUNNING) {
            // Its coordinator ended before it could write that down.
            status.setState(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        }
        if (view != ExperimentView.EXPERIMENT_VIEW_BASIC && tasks.size() <= MOST_TASKS_TOLD) {
            status.setTasksOmitted(false).addAllTasks(tasks);
        }
        return told(status.build(), now);
    }

    /**
     * All tasks of an experiment, in the order of its plan, however many they are.
     *
     * @throws NoExperimentException when there is none
     * @throws NoPlanException for an experiment that is older than stored plans
     */
    public List<TaskStatus> tasks(String id) {
        StoredExperiment stored = find(id);
        ExperimentState state = look(
                        id, courses.latest(id).mark(), settings.latest(id).settings())
                .getState();
        return tasks(state, plan(stored));
    }

    private List<TaskStatus> tasks(ExperimentState state, Plan plan) {
        return TaskStates.of(state, plan, new StoredTasks(attempts, reads, 1).histories(plan.tasks()));
    }

    /**
     * Device time of one experiment, or of all whose plans can be read.
     *
     * @throws NoExperimentException when there is none
     * @throws NoPlanException for an experiment that is older than stored plans
     */
    public GetWasteResponse waste(Optional<String> id) {
        Waste waste = new Waste();
        if (id.isPresent()) {
            waste.add(plan(find(id.get())));
        } else {
            store.ids().forEach(each -> {
                try {
                    store.find(each).flatMap(store::plan).ifPresent(waste::add);
                } catch (InvalidExperimentException | ArtifactCorruptException e) {
                    LOG.warnf("Experiment %s is left out of the sum: %s", each, e.getMessage());
                }
            });
        }
        return sum(waste, reads, artifacts, attempts);
    }

    /** Of the plans that were added, with what the store says of their tasks. */
    public static GetWasteResponse sum(
            Waste waste, ParallelReads reads, ArtifactRepository artifacts, AttemptLog attempts) {
        reads.each(
                        waste.keys(),
                        key -> new Waste.Found(artifacts.find(key).map(Manifest::getProducer), attempts.attempts(key)))
                .forEach(waste::found);
        return waste.sum();
    }

    private Plan plan(StoredExperiment stored) {
        return store.plan(stored).orElseThrow(() -> new NoPlanException(stored.id()));
    }

    private StoredExperiment find(String id) {
        return store.find(id).orElseThrow(() -> new NoExperimentException(id));
    }

    /**
     * {@inheritDoc}
     *
     * @throws NoPlanException for an experiment that is older than stored plans
     */
    @Override
    public Told<Report> report(String id, boolean byQuestionType) {
        Instant now = clock.instant();
        StoredExperiment stored = find(id);
        Plan plan = plan(stored);
        Map<ArtifactKey, Optional<Manifest>> evaluations = scores.get(
                plan.runs().stream().map(Run::evaluation).toList(), keys -> reads.each(keys, artifacts::find));
        Report report = Reports.make(
                id,
                stored.experiment(),
                plan,
                byQuestionType,
                key -> evaluations.containsKey(key) ? evaluations.get(key) : artifacts.find(key));
        return told(
                report.getComplete() || plan.tasks().size() > MOST_TASKS_TOLD
                        ? report
                        : MissingScores.told(report, plan, tasks(id)),
                now);
    }
}
