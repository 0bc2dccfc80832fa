package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskStatus;

/** Tasks over several pages. */
final class Tasks {
    private static final int PAGE = 1_000;

    private Tasks() {}

    /** All tasks that a request asks for. */
    static List<TaskStatus> all(ExperimentReads client, ListTasksRequest request) {
        return some(client, request, Integer.MAX_VALUE).getTasksList();
    }

    /** At most so many, as one page. */
    static ListTasksResponse some(ExperimentReads client, ListTasksRequest request, int most) {
        List<TaskStatus> tasks = new ArrayList<>();
        ListTasksRequest.Builder next = request.toBuilder();
        while (true) {
            ListTasksResponse page = client.tasks(
                    next.setPageSize(Math.min(PAGE, most - tasks.size())).build());
            tasks.addAll(page.getTasksList());
            if (page.getNextPageToken().isEmpty() || tasks.size() >= most) {
                return page.toBuilder().clearTasks().addAllTasks(tasks).build();
            }
            next.setPageToken(page.getNextPageToken());
        }
    }
}
