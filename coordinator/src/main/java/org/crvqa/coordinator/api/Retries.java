package org.crvqa.coordinator.api;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.OtherVersion;
import org.crvqa.coordinator.dispatch.TaskCursor;
import org.crvqa.coordinator.dispatch.TaskFilter;
import org.crvqa.coordinator.dispatch.TaskPage;
import org.crvqa.coordinator.dispatch.TaskQuery;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.threads.ParallelReads;

/** Gives what failed, or was discarded, another try. Blocks on the store. Thread-safe. */
final class Retries {
    private static final Set<TaskState> OPEN =
            EnumSet.of(TaskState.TASK_STATE_PLANNED, TaskState.TASK_STATE_READY, TaskState.TASK_STATE_RUNNING);

    /** So that nobody waits long for the dispatcher meanwhile. */
    private static final int TASKS_AT_ONCE = 5_000;

    private final ExperimentPlans plans;
    private final ExperimentStore store;
    private final AttemptLog attempts;
    private final Dispatcher dispatcher;
    private final TermFence fence;
    private final ParallelReads reads;
    private final Tasks tasks;
    private final Catalogue catalogue;
    private final CourseWriter writer;
    private final Loader loader;
    private final Ends ends;

    Retries(
            Experiments.Parts parts,
            ExperimentPlans plans,
            Tasks tasks,
            Catalogue catalogue,
            CourseWriter writer,
            Loader loader,
            Ends ends) {
        this.store = parts.store();
        this.attempts = parts.attempts();
        this.dispatcher = parts.dispatcher();
        this.fence = parts.fence();
        this.reads = parts.reads();
        this.plans = plans;
        this.tasks = tasks;
        this.catalogue = catalogue;
        this.writer = writer;
        this.loader = loader;
        this.ends = ends;
    }

    /**
     * Gives an experiment's failed tasks new attempts, and those whose artifacts were discarded another run.
     * Durable when it returns, also for every later leader. The keys of these tasks.
     *
     * @param known of it now, with its tasks read where it is open
     * @throws io.grpc.StatusRuntimeException NOT_FOUND; FAILED_PRECONDITION when it was cancelled, or no worker of this
     *     release may run them
     * @throws ArtifactCorruptException when it cannot be read
     * @throws DeposedException when another coordinator leads
     */
    List<ArtifactKey> retry(String id, Known known) {
        StoredExperiment stored = store.find(id).orElseThrow(() -> CallErrors.noExperiment(id));
        if (isCancelled(id, known)) {
            throw CallErrors.cancelled(id);
        }
        Plan plan = plans.of(stored);
        checkVersion(stored, plan);
        Set<ArtifactKey> retried = new HashSet<>();
        if (known instanceof Known.Ended ended) {
            if (tasks.isComplete(plan)) {
                return List.of();
            }
            Courses.Place place = writer.reopen(id, ended.place());
            catalogue.put(id, loader.toBoard(stored, plan, tasks.histories(plan), place));
            // What had failed has failed again on the board: the others lack an artifact that was discarded.
            retried.addAll(onBoard(id, OPEN));
        }
        retried.addAll(ends.reopen(id, () -> pardonAndRun(id, plan)));
        fence.check();
        return plan.tasks().stream()
                .map(PlanTask::key)
                .filter(retried::contains)
                .toList();
    }

    private List<ArtifactKey> pardonAndRun(String id, Plan plan) {
        Map<ArtifactKey, Integer> failed = Waiting.on(dispatcher.failed(id));
        Set<ArtifactKey> done = onBoard(id, EnumSet.of(TaskState.TASK_STATE_DONE));
        reads.each(failed.entrySet(), task -> {
            attempts.pardon(task.getKey(), task.getValue());
            return true;
        });
        // After the pardons, which are part of the histories.
        Map<ArtifactKey, TaskHistory> histories = new LinkedHashMap<>(tasks.histories(plan));
        // What was read before a task was done does not say that its artifact was discarded.
        histories
                .entrySet()
                .removeIf(task ->
                        !task.getValue().done() && !done.contains(task.getKey()) && !failed.containsKey(task.getKey()));
        return Waiting.on(dispatcher.retry(id, failed.keySet(), histories));
    }

    private Set<ArtifactKey> onBoard(String id, Set<TaskState> states) {
        TaskFilter filter = new TaskFilter(states, Set.of(), Set.of());
        Set<ArtifactKey> found = new HashSet<>();
        Optional<TaskCursor> next = Optional.of(TaskCursor.START);
        while (next.isPresent()) {
            TaskQuery query = new TaskQuery(filter, false, next.get(), TASKS_AT_ONCE, false);
            Optional<TaskPage> page = Waiting.on(dispatcher.tasks(id, query));
            page.ifPresent(tasks -> tasks.tasks().forEach(task -> found.add(new ArtifactKey(task.getKey()))));
            next = page.flatMap(TaskPage::next);
        }
        return found;
    }

    private boolean isCancelled(String id, Known known) {
        return known instanceof Known.Ended ended
                ? ended.end().state() == ExperimentState.EXPERIMENT_STATE_CANCELLED
                : Waiting.on(dispatcher.summary(id)).stream()
                        .anyMatch(status -> status.getState() == ExperimentState.EXPERIMENT_STATE_CANCELLED);
    }

    private void checkVersion(StoredExperiment stored, Plan plan) {
        plan.otherVersion().ifPresent(version -> {
            if (!tasks.isComplete(plan)) {
                throw CallErrors.refusal(
                        Reason.OTHER_RELEASE,
                        "Experiment " + stored.id() + ": " + OtherVersion.cause(version) + ". " + OtherVersion.ADVICE,
                        Map.of("experiment", stored.id()));
            }
        });
    }
}
