package org.crvqa.coordinator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.v1.AttemptOutcome;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import org.crvqa.coordinator.v1.TaskAttempt;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.threads.ParallelReads;

/** Pages of the attempts at a task, the latest first, from the store. Blocks on it. Thread-safe. */
final class AttemptLists {
    private static final int USUAL = 50;
    private static final int MOST = 200;

    private final AttemptLog log;
    private final Dispatcher dispatcher;
    private final ParallelReads reads;

    AttemptLists(AttemptLog log, Dispatcher dispatcher, ParallelReads reads) {
        this.log = log;
        this.dispatcher = dispatcher;
        this.reads = reads;
    }

    /** One page. @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT; NOT_FOUND when nobody has attempted such a task */
    ListAttemptsResponse list(ListAttemptsRequest request) {
        int size = Pages.size(request.getPageSize(), USUAL, MOST);
        ArtifactKey key = key(request.getTaskKey());
        Optional<Manifest> result = log.result(key);
        int latest = request.getPageToken().isEmpty() ? log.count(key) : number(request.getPageToken());
        if (latest == 0 && result.isEmpty() && !Waiting.on(dispatcher.knows(key))) {
            throw CallErrors.refusal(
                    Reason.TASK_NOT_FOUND,
                    "There is no task " + key + "; list the tasks of an experiment to see their keys",
                    Map.of("task", key.hex()));
        }
        List<Integer> numbers = new ArrayList<>();
        for (int number = latest; number > 0 && numbers.size() < size; number--) {
            numbers.add(number);
        }
        int pardoned = log.pardoned(key);
        ListAttemptsResponse.Builder response = ListAttemptsResponse.newBuilder();
        reads.each(numbers, number -> log.attempt(key, number))
                .forEach((number, attempt) -> response.addAttempts(shown(attempt, result, number <= pardoned)));
        if (latest > size) {
            response.setNextPageToken(Pages.opaque("a " + (latest - size)));
        }
        return response.build();
    }

    private static TaskAttempt shown(TaskAttempt attempt, Optional<Manifest> result, boolean pardoned) {
        TaskAttempt.Builder shown = attempt.toBuilder().setPardoned(pardoned);
        result.filter(Manifest::hasProducer)
                .map(Manifest::getProducer)
                .filter(producer -> producer.getAttempt() == attempt.getNumber())
                .map(Producer::getFinished)
                .ifPresent(finished -> shown.setOutcome(AttemptOutcome.ATTEMPT_OUTCOME_SUCCEEDED)
                        .setEnded(finished)
                        .setPardoned(false));
        return shown.build();
    }

    private static int number(String token) {
        String plain = Pages.plain(token).orElseThrow(Pages::wrongToken);
        if (!plain.matches("a [0-9]{1,9}")) {
            throw Pages.wrongToken();
        }
        return Integer.parseInt(plain.substring(2));
    }

    private static ArtifactKey key(String text) {
        try {
            return new ArtifactKey(text);
        } catch (IllegalArgumentException e) {
            throw CallErrors.refusal(Reason.INVALID_REQUEST, "task_key: " + e.getMessage());
        }
    }
}
