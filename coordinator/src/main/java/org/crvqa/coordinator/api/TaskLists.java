package org.crvqa.coordinator.api;

import com.google.protobuf.util.Timestamps;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.TaskCursor;
import org.crvqa.coordinator.dispatch.TaskFilter;
import org.crvqa.coordinator.dispatch.TaskPage;
import org.crvqa.coordinator.dispatch.TaskQuery;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskOrder;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.TaskView;

/**
 * Pages of an experiment's tasks. Those of one that runs the dispatcher finds by its indices; those of one that has ended are
 * read from the store, where nobody has asked for them lately, and looked through on the caller's thread. Thread-safe.
 */
final class TaskLists {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private static final Comparator<TaskStatus> ENDED_LAST_FIRST = Comparator.comparing(
                    TaskStatus::getEnded, Timestamps.comparator())
            .reversed()
            .thenComparingInt(TaskStatus::getPlace);

    private final Dispatcher dispatcher;
    private final Views views;
    private final long term;

    TaskLists(Dispatcher dispatcher, Views views, long term) {
        this.dispatcher = dispatcher;
        this.views = views;
        this.term = term;
    }

    /**
     * One page.
     *
     * @param look what is known of the experiment now, neither unreadable nor still to be read
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, ABORTED: see coordinator.proto
     */
    ListTasksResponse list(ListTasksRequest request, Supplier<Known> look) {
        // The dispatcher may forget an experiment that has ended right after it was looked up.
        return list(request, look.get())
                .or(() -> list(request, look.get()))
                .orElseThrow(() -> CallErrors.noExperiment(request.getExperimentId()));
    }

    private Optional<ListTasksResponse> list(ListTasksRequest request, Known known) {
        String id = request.getExperimentId();
        TaskFilter filter = new TaskFilter(
                new HashSet<>(request.getStatesList()),
                new HashSet<>(request.getKindsList()),
                new HashSet<>(request.getStagesList()));
        boolean newestFirst = request.getOrder() == TaskOrder.TASK_ORDER_NEWEST_CHANGE;
        TaskToken.Order order = newestFirst
                ? (known instanceof Known.OnBoard ? TaskToken.Order.CHANGE : TaskToken.Order.END)
                : TaskToken.Order.PLAN;
        String listing = TaskToken.listing(id, filter);
        TaskQuery query = new TaskQuery(
                filter,
                newestFirst,
                cursor(request.getPageToken(), order, listing),
                Pages.size(request.getPageSize(), USUAL, MOST),
                request.getView() == TaskView.TASK_VIEW_FULL);
        Optional<TaskPage> found = known instanceof Known.Ended ended
                ? Optional.of(ended(views.ended(id, ended).getTasksList(), query))
                : Waiting.on(dispatcher.tasks(id, query));
        long counted = order == TaskToken.Order.CHANGE ? term : 0;
        return found.map(page -> ListTasksResponse.newBuilder()
                .addAllTasks(page.tasks())
                .setTotalSize(page.total())
                .setNextPageToken(page.next()
                        .map(next -> new TaskToken(order, listing, counted, next).text())
                        .orElse(""))
                .build());
    }

    private TaskCursor cursor(String token, TaskToken.Order order, String listing) {
        if (token.isEmpty()) {
            return TaskCursor.START;
        }
        TaskToken parsed = TaskToken.parse(token, listing);
        boolean plan = order == TaskToken.Order.PLAN;
        if (plan != (parsed.order() == TaskToken.Order.PLAN)) {
            throw Pages.wrongToken();
        }
        if (parsed.order() != order || order == TaskToken.Order.CHANGE && parsed.term() != term) {
            throw CallErrors.refusal(
                    Reason.LISTING_OUTDATED,
                    "The order of changes that page_token belongs to is no more; begin again without it");
        }
        return parsed.cursor();
    }

    private static TaskPage ended(List<TaskStatus> all, TaskQuery query) {
        List<TaskStatus> asked = all.stream().filter(query.filter()::matches).toList();
        int from;
        if (query.newestFirst()) {
            asked = asked.stream().sorted(ENDED_LAST_FIRST).toList();
            from = query.from().place();
        } else {
            from = (int) asked.stream()
                    .filter(task -> task.getPlace() < query.from().place())
                    .count();
        }
        int begin = Math.min(from, asked.size());
        int end = Math.min(begin + query.most(), asked.size());
        Optional<TaskCursor> next = Optional.empty();
        if (end < asked.size()) {
            next = Optional.of(
                    new TaskCursor(query.newestFirst() ? end : asked.get(end).getPlace(), -1));
        }
        List<TaskStatus> page = asked.subList(begin, end);
        return new TaskPage(
                query.full() ? page : page.stream().map(TaskLists::basic).toList(), next, asked.size(), 0);
    }

    private static TaskStatus basic(TaskStatus task) {
        return task.toBuilder().clearProgress().clearFailure().clearNote().build();
    }
}
