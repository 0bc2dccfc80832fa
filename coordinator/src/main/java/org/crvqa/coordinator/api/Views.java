package org.crvqa.coordinator.api;

import com.google.protobuf.Timestamp;
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
import org.crvqa.coordinator.experiment.EndedRecord;
import org.crvqa.coordinator.experiment.ExperimentStore;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.threads.ParallelReads;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;

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
     * One experiment with its tasks; those of one that is still being read are not known.
     *
     * @throws ArtifactCorruptException when it has ended, and its tasks cannot be read
     */
    Optional<ExperimentStatus> status(String id) {
        return catalogue.find(id).flatMap(known -> status(id, known));
    }

    private Optional<ExperimentStatus> status(String id, Known known) {
        if (known instanceof Known.OnBoard) {
            return Waiting.on(dispatcher.status(id));
        }
        return Optional.of(known instanceof Known.Ended ended ? whole(id, ended) : brief(id, known));
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
                        .map(stored -> status.toBuilder()
                                .setExperiment(stored.experiment())
                                .build())
                        .orElse(status))
                .toList();
    }

    private Optional<StoredExperiment> readable(String id) {
        try {
            return store.find(id);
        } catch (ArtifactCorruptException e) {
            return Optional.empty();
        }
    }

    private static ExperimentStatus brief(String id, Known known) {
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder().setId(id);
        if (known instanceof Known.Ended ended) {
            EndedRecord end = ended.end();
            return status.setState(end.state())
                    .setSubmitted(timestamp(end.submitted()))
                    .setTasksDone(end.tasksDone())
                    .setTasksTotal(end.tasksTotal())
                    .build();
        }
        if (known instanceof Known.Unreadable unreadable) {
            status.setState(ExperimentState.EXPERIMENT_STATE_UNREADABLE).setProblem(unreadable.problem());
            unreadable.stored().ifPresent(stored -> describe(status, stored));
            return status.build();
        }
        StoredExperiment stored = known instanceof Known.OnBoard board ? board.stored() : ((Known.Open) known).stored();
        return describe(status.setState(ExperimentState.EXPERIMENT_STATE_RUNNING), stored)
                .build();
    }

    private static ExperimentStatus.Builder describe(ExperimentStatus.Builder status, StoredExperiment stored) {
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
        ExperimentStatus status = describe(brief(id, ended).toBuilder(), stored)
                .addAllTasks(tasks.statuses(ended.end().state(), plan, tasks.histories(plan)))
                .build();
        keep(new Key(id, ended.place().number()), status);
        return status;
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
