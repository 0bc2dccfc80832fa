package org.crvqa.cli.reading;

import com.google.protobuf.util.Timestamps;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.TaskOrder;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.reading.NoExperimentException;
import org.crvqa.study.reading.NoPlanException;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.threads.ParallelReads;

/**
 * Experiments as a store tells of them, by the code of coordinators that stand by. It writes nothing. Tasks that a coordinator
 * runs now are told as far as the store knows: without their progress.
 */
public final class StoreExperiments implements ExperimentReads {
    private static final Comparator<TaskStatus> ENDED_LAST_FIRST = Comparator.comparing(
                    TaskStatus::getEnded, Timestamps.comparator())
            .reversed()
            .thenComparingInt(TaskStatus::getPlace);

    private final ParallelReads parallel = ParallelReads.create();
    private final StoreReads reads;
    private final Runnable onClose;

    /** {@code onClose} runs when this is closed; the store stays the caller's to close. */
    public StoreExperiments(ObjectStore store, ArtifactRepository artifacts, Clock clock, Runnable onClose) {
        this.reads = new StoreReads(
                new ExperimentStore(store, clock), artifacts, new AttemptLog(store, artifacts, clock), parallel, clock);
        this.onClose = onClose;
    }

    @Override
    public ListExperimentsResponse list(ListExperimentsRequest request) {
        Set<?> states = Set.copyOf(request.getStatesList());
        List<ExperimentStatus> asked = reads.all().content().stream()
                .map(this::counted)
                .filter(status -> states.isEmpty() || states.contains(status.getState()))
                .filter(status -> status.getSettings()
                        .getLabelsMap()
                        .entrySet()
                        .containsAll(request.getLabelsMap().entrySet()))
                .toList();
        Page page = Page.of(request.getPageToken(), request.getPageSize(), asked.size());
        return ListExperimentsResponse.newBuilder()
                .addAllExperiments(reads.filled(asked.subList(page.from(), page.to())))
                .setNextPageToken(page.next(asked.size()))
                .build();
    }

    /** Of one that no record says to have ended, with what the store says of its tasks. */
    private ExperimentStatus counted(ExperimentStatus status) {
        return status.getState() == ExperimentState.EXPERIMENT_STATE_RUNNING
                        || status.getState() == ExperimentState.EXPERIMENT_STATE_PAUSED
                ? summary(status.getId())
                : status;
    }

    @Override
    public ExperimentStatus summary(String id) {
        return told(() -> reads.status(id, ExperimentView.EXPERIMENT_VIEW_BASIC).content());
    }

    @Override
    public ListTasksResponse tasks(ListTasksRequest request) {
        boolean newest = request.getOrder() == TaskOrder.TASK_ORDER_NEWEST_CHANGE;
        List<TaskStatus> asked = told(() -> reads.tasks(request.getExperimentId())).stream()
                .filter(task -> isAsked(request.getStatesList(), task.getState())
                        && isAsked(request.getKindsList(), task.getKind())
                        && isAsked(request.getStagesList(), task.getStage()))
                .sorted(newest ? ENDED_LAST_FIRST : Comparator.comparingInt(TaskStatus::getPlace))
                .toList();
        Page page = Page.of(request.getPageToken(), request.getPageSize(), asked.size());
        return ListTasksResponse.newBuilder()
                .addAllTasks(asked.subList(page.from(), page.to()))
                .setTotalSize(asked.size())
                .setNextPageToken(page.next(asked.size()))
                .build();
    }

    private static <T> boolean isAsked(List<T> asked, T found) {
        return asked.isEmpty() || asked.contains(found);
    }

    @Override
    public Report report(String id, boolean byQuestionType) {
        return told(() -> reads.report(id, byQuestionType).content());
    }

    @Override
    public GetWasteResponse waste(String id) {
        return told(() -> reads.waste(id.isEmpty() ? Optional.empty() : Optional.of(id)));
    }

    private static <T> T told(Supplier<T> read) {
        try {
            return read.get();
        } catch (NoExperimentException e) {
            throw new InvalidInputException(
                    String.valueOf(e.getMessage()), "'crvqa list' shows which there are, with the same --store.");
        } catch (NoPlanException e) {
            throw new InvalidInputException(
                    "The store keeps no plan of this experiment, which an earlier release submitted",
                    "Start a coordinator of this release on the store: it makes the plan.");
        }
    }

    @Override
    public void close() {
        parallel.close();
        onClose.run();
    }

    /** A part of a list. A token is the place where it begins. */
    private record Page(int from, int to) {
        private static final int USUAL = 100;

        static Page of(String token, int size, int all) {
            int from = 0;
            if (!token.isEmpty()) {
                if (!token.matches("[0-9]{1,9}")) {
                    throw new InvalidInputException(
                            "--page is \"" + token + "\", which no list of a store has given",
                            "Begin again without --page.");
                }
                from = Math.min(Integer.parseInt(token), all);
            }
            return new Page(from, Math.min(all, from + (size > 0 ? size : USUAL)));
        }

        String next(int all) {
            return to < all ? String.valueOf(to) : "";
        }
    }
}
