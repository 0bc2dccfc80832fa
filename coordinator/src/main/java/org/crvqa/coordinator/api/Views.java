package org.crvqa.coordinator.api;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.reading.Reads;
import org.crvqa.study.reading.StageTally;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.reading.TaskStates;
import org.crvqa.study.threads.ParallelReads;

/**
 * What callers see of experiments, whether the dispatcher has them, or they have ended, or they cannot be read. Blocks on
 * the store for what has ended. Thread-safe.
 */
final class Views {
    /** Of experiments that have ended, by the number of their tasks: a view takes about a kilobyte a task. */
    private static final int MOST_TASKS_KEPT = 20_000;

    private static final Comparator<ExperimentStatus> NEWEST_FIRST = Comparator.comparing(
                    (ExperimentStatus status) -> instant(status.getSubmitted()))
            .thenComparing(ExperimentStatus::getId)
            .reversed();

    private final ExperimentStore store;
    private final Tasks tasks;
    private final Dispatcher dispatcher;
    private final Catalogue catalogue;
    private final ParallelReads reads;
    /** Views of what has ended, used longest ago first. */
    private final Map<Key, ExperimentStatus> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** An experiment may end more than once. */
    private record Key(String id, int mark) {}

    Views(ExperimentStore store, Tasks tasks, Dispatcher dispatcher, Catalogue catalogue, ParallelReads reads) {
        this.store = store;
        this.tasks = tasks;
        this.dispatcher = dispatcher;
        this.catalogue = catalogue;
        this.reads = reads;
    }

    /**
     * One experiment; with its tasks where they are asked for and not too many. Those of one that is still being read are
     * not known.
     *
     * @throws ArtifactCorruptException when it has ended, and what is asked for cannot be read
     */
    Optional<ExperimentStatus> status(String id, ExperimentView view) {
        // The dispatcher may forget an experiment that has ended right after it was looked up.
        return look(id, view).or(() -> look(id, view));
    }

    private Optional<ExperimentStatus> look(String id, ExperimentView view) {
        boolean tasks = view != ExperimentView.EXPERIMENT_VIEW_BASIC;
        return catalogue.find(id).flatMap(known -> {
            if (known instanceof Known.OnBoard) {
                return Waiting.on(tasks ? dispatcher.status(id) : dispatcher.summary(id));
            }
            if (!(known instanceof Known.Ended ended)) {
                return Optional.of(brief(id, known));
            }
            return Optional.of(
                    tasks && ended.end().tasksTotal() <= Reads.MOST_TASKS_TOLD
                            ? ended(id, ended)
                            : filled(List.of(brief(id, ended))).get(0));
        });
    }

    /** One that has ended, with all of its tasks, however many they are. */
    ExperimentStatus ended(String id, Known.Ended ended) {
        ExperimentStatus whole = whole(id, ended);
        // What was set for it may have changed since it was read.
        return fill(whole.toBuilder().setSettings(brief(id, ended).getSettings()), id, whole.getExperiment());
    }

    /** One that the dispatcher does not have, without its tasks and what was submitted; empty: it has it, or there is none. */
    Optional<ExperimentStatus> offBoard(String id) {
        return catalogue
                .find(id)
                .filter(known -> !(known instanceof Known.OnBoard))
                .map(known -> bare(brief(id, known)));
    }

    /** Without what was submitted. */
    static ExperimentStatus bare(ExperimentStatus status) {
        return status.toBuilder().clearExperiment().build();
    }

    /** All of them, newest first, without their tasks, and where that takes a read without what was submitted. */
    List<ExperimentStatus> all() {
        List<ExperimentStatus> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Map<String, Known> known = catalogue.all();
        for (ExperimentStatus status : Waiting.on(dispatcher.list())) {
            if (known.get(status.getId()) instanceof Known.OnBoard) {
                all.add(status);
                seen.add(status.getId());
            }
        }
        known.forEach((id, what) -> {
            if (!seen.contains(id)) {
                all.add(brief(id, what));
            }
        });
        all.sort(NEWEST_FIRST);
        return all;
    }

    /** The same with what was submitted, as far as that can be read. */
    List<ExperimentStatus> filled(List<ExperimentStatus> page) {
        List<String> lacking = page.stream()
                .filter(status -> !status.hasExperiment())
                .map(ExperimentStatus::getId)
                .toList();
        Map<String, Optional<StoredExperiment>> found = reads.each(lacking, this::readable);
        return page.stream()
                .map(status -> found.getOrDefault(status.getId(), Optional.empty())
                        .map(stored -> fill(status.toBuilder(), stored.id(), stored.experiment()))
                        .orElse(status))
                .toList();
    }

    private ExperimentStatus fill(ExperimentStatus.Builder status, String id, Experiment experiment) {
        status.setExperiment(experiment).getSettingsBuilder().setPriority(priority(id, experiment));
        return status.build();
    }

    private int priority(String id, Experiment experiment) {
        return catalogue.settings(id).settings().priority().orElse(experiment.getPriority());
    }

    private Optional<StoredExperiment> readable(String id) {
        try {
            return store.find(id);
        } catch (ArtifactCorruptException e) {
            return Optional.empty();
        }
    }

    private ExperimentStatus brief(String id, Known known) {
        Settings set = catalogue.settings(id).settings();
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder()
                .setId(id)
                .setRevision(ExperimentStore.revision(id))
                .setSettings(ExperimentSettings.newBuilder()
                        .putAllLabels(set.labels())
                        .setNote(set.note()));
        set.priority().ifPresent(priority -> status.getSettingsBuilder().setPriority(priority));
        if (known instanceof Known.Ended ended) {
            return StoreReads.ended(status, ended.end());
        }
        status.setTasksOmitted(true);
        if (known instanceof Known.Unreadable unreadable) {
            status.setState(ExperimentState.EXPERIMENT_STATE_UNREADABLE).setProblem(unreadable.problem());
            unreadable.stored().ifPresent(stored -> describe(status, stored));
            return status.build();
        }
        StoredExperiment stored = known instanceof Known.OnBoard board ? board.stored() : ((Known.Open) known).stored();
        status.setState(
                set.paused() ? ExperimentState.EXPERIMENT_STATE_PAUSED : ExperimentState.EXPERIMENT_STATE_RUNNING);
        return describe(status, stored).build();
    }

    private ExperimentStatus.Builder describe(ExperimentStatus.Builder status, StoredExperiment stored) {
        status.getSettingsBuilder().setPriority(priority(stored.id(), stored.experiment()));
        return status.setExperiment(stored.experiment()).setSubmitted(timestamp(stored.submitted()));
    }

    private ExperimentStatus whole(String id, Known.Ended ended) {
        synchronized (kept) {
            ExperimentStatus found = kept.get(new Key(id, ended.place().number()));
            if (found != null) {
                return found;
            }
        }
        StoredExperiment stored = store.find(id)
                .orElseThrow(() -> new ArtifactCorruptException("experiments/" + id + "/spec.json is gone"));
        Plan plan = tasks.plan(stored);
        List<TaskStatus> told = TaskStates.of(ended.end().state(), plan, tasks.histories(plan));
        ExperimentStatus.Builder status = describe(brief(id, ended).toBuilder(), stored)
                .setTasksOmitted(false)
                .addAllTasks(told);
        StageTally tally = new StageTally();
        told.forEach(task -> tally.add(task.getStage(), task.getState(), 1));
        tally.write(status);
        told.stream()
                .filter(TaskStatus::hasStarted)
                .map(TaskStatus::getStarted)
                .filter(began -> Timestamps.compare(began, status.getSubmitted()) >= 0)
                .min(Timestamps.comparator())
                .ifPresent(status::setStarted);
        ExperimentStatus whole = status.build();
        keep(new Key(id, ended.place().number()), whole);
        return whole;
    }

    private void keep(Key key, ExperimentStatus status) {
        synchronized (kept) {
            kept.put(key, status);
            var eldest = kept.values().iterator();
            int sum = kept.values().stream()
                    .mapToInt(ExperimentStatus::getTasksCount)
                    .sum();
            while (sum > MOST_TASKS_KEPT && kept.size() > 1) {
                sum -= eldest.next().getTasksCount();
                eldest.remove();
            }
        }
    }

    /** After artifacts were removed. */
    void forget() {
        synchronized (kept) {
            kept.clear();
        }
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
