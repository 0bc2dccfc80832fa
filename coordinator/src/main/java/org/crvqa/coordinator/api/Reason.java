package org.crvqa.coordinator.api;

import com.google.rpc.Code;
import java.time.Duration;

/** Why a call failed, for programs: {@code ErrorInfo.reason}. What each means stands in coordinator.proto. */
enum Reason {
    INVALID_EXPERIMENT(Code.INVALID_ARGUMENT),
    INVALID_REQUEST(Code.INVALID_ARGUMENT),
    INVALID_PAGE_TOKEN(Code.INVALID_ARGUMENT),
    INVALID_RESUME_TOKEN(Code.INVALID_ARGUMENT),
    EXPERIMENT_NOT_FOUND(Code.NOT_FOUND),
    INPUT_NOT_FOUND(Code.NOT_FOUND),
    TASK_NOT_FOUND(Code.NOT_FOUND),
    OPERATION_NOT_FOUND(Code.NOT_FOUND),
    EXPERIMENT_CANCELLED(Code.FAILED_PRECONDITION),
    EXPERIMENT_ENDED(Code.FAILED_PRECONDITION),
    OTHER_RELEASE(Code.FAILED_PRECONDITION),
    COLLECTION_RUNS(Code.ABORTED),
    COLLECTION_ABANDONED(Code.ABORTED),
    INPUT_REMOVED(Code.ABORTED),
    LISTING_OUTDATED(Code.ABORTED),
    CALLER_GONE(Code.CANCELLED),
    OPERATION_CANCELLED(Code.CANCELLED),
    NOT_LEADER(Code.UNAVAILABLE),
    STARTING(Code.UNAVAILABLE),
    STORE_UNAVAILABLE(Code.UNAVAILABLE),
    OVERLOADED(Code.UNAVAILABLE),
    TOO_MANY_TASKS(Code.RESOURCE_EXHAUSTED),
    TOO_MANY_WATCHERS(Code.RESOURCE_EXHAUSTED),
    STORED_DATA_CORRUPT(Code.DATA_LOSS),
    DEFECT(Code.INTERNAL);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Code code;

    Reason(Code code) {
        this.code = code;
    }

    Code code() {
        return code;
    }

    /** For an error that says nothing but its status. */
    static Reason of(io.grpc.Status.Code code) {
        return switch (code) {
            case CANCELLED, DEADLINE_EXCEEDED -> CALLER_GONE;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> INVALID_REQUEST;
            case UNAVAILABLE -> NOT_LEADER;
            case DATA_LOSS -> STORED_DATA_CORRUPT;
            default -> DEFECT;
        };
    }

    /** When to ask again; zero where asking again does not help by itself. */
    Duration retryAfter() {
        return switch (code) {
            case UNAVAILABLE -> SOON;
            case RESOURCE_EXHAUSTED -> LATER;
            default -> Duration.ZERO;
        };
    }
}
