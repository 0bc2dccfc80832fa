package org.crvqa.coordinator.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.reading.NoExperimentException;
import org.crvqa.study.reading.NoPlanException;
import org.crvqa.study.spec.InvalidExperimentException;
import org.crvqa.study.spec.Violation;
import org.crvqa.study.threads.Fatal;
import org.jboss.logging.Logger;

/** Exception to status, decided here and nowhere else. Every status says why also to programs: see {@link Reason}. */
final class CallErrors {
    static final String DOMAIN = "crvqa.org";

    private static final Logger LOG = Logger.getLogger(CallErrors.class);

    /**
     * A status travels in HTTP/2 headers, of which clients take 8 KiB by default; with more they report a broken
     * connection in place of the error. The message goes there twice, and once more as details.
     */
    private static final int MAX_MESSAGE = 1600;

    /** Of one violation, and of whatever a caller sent that a message repeats. */
    private static final int MAX_LINE = 400;

    private CallErrors() {}

    private static String brief(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit) + "... (" + text.length() + " characters)";
    }

    static StatusRuntimeException of(Throwable error) {
        Fatal.check(error);
        if (error instanceof StatusRuntimeException status) {
            return explained(status);
        }
        if (error instanceof InvalidExperimentException invalid) {
            return invalid(invalid);
        }
        if (error instanceof InvalidInputException invalid) {
            return refusal(Reason.INVALID_REQUEST, invalid.getMessage() + "\n" + invalid.advice());
        }
        if (error instanceof StoreException) {
            return refusal(Reason.STORE_UNAVAILABLE, "The object store does not answer: " + error.getMessage());
        }
        if (error instanceof ArtifactCorruptException) {
            return refusal(Reason.STORED_DATA_CORRUPT, String.valueOf(error.getMessage()));
        }
        if (error instanceof NoExperimentException none) {
            return noExperiment(none.id());
        }
        if (error instanceof NoPlanException) {
            return refusal(Reason.NOT_LEADER, String.valueOf(error.getMessage()));
        }
        if (error instanceof DeposedException || error instanceof LaterTermException) {
            return refusal(Reason.NOT_LEADER, String.valueOf(error.getMessage()));
        }
        if (error instanceof RejectedExecutionException) {
            return leadsNoMore();
        }
        LOG.error("A call failed by a defect", error);
        return refusal(Reason.DEFECT, "A defect in the coordinator; see its log: " + error);
    }

    /** The same; where another coordinator is to be asked, with its address, when that is known. */
    static StatusRuntimeException of(Throwable error, Optional<String> leader) {
        StatusRuntimeException status = of(error);
        return leader.isPresent() && reason(status).equals(Reason.NOT_LEADER.name())
                ? refusal(
                        Reason.NOT_LEADER,
                        String.valueOf(status.getStatus().getDescription()),
                        Map.of("leader", leader.get()))
                : status;
    }

    static StatusRuntimeException leadsNoMore() {
        return refusal(Reason.NOT_LEADER, "This coordinator leads no more; ask again");
    }

    static StatusRuntimeException refusal(Reason reason, String message) {
        return refusal(reason, message, Map.of());
    }

    /** {@code about}: more for programs, as coordinator.proto says of this reason. */
    static StatusRuntimeException refusal(Reason reason, String message, Map<String, String> about) {
        return status(reason, brief(message, MAX_MESSAGE), about, List.of());
    }

    private static StatusRuntimeException status(
            Reason reason, String message, Map<String, String> about, List<Message> details) {
        Status.Builder status =
                Status.newBuilder().setCode(reason.code().getNumber()).setMessage(message);
        details.forEach(detail -> status.addDetails(Any.pack(detail)));
        ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason.name());
        about.forEach((name, value) -> info.putMetadata(name, brief(value, MAX_LINE)));
        status.addDetails(Any.pack(info.build()));
        if (!reason.retryAfter().isZero()) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Durations.fromMillis(reason.retryAfter().toMillis()))
                    .build()));
        }
        if (reason.code() == Code.FAILED_PRECONDITION) {
            status.addDetails(Any.pack(PreconditionFailure.newBuilder()
                    .addViolations(PreconditionFailure.Violation.newBuilder()
                            .setType(reason.name())
                            .setSubject(brief(about.getOrDefault("experiment", ""), MAX_LINE)))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** A status that says why to people only. */
    private static StatusRuntimeException explained(StatusRuntimeException error) {
        Reason reason = Reason.of(error.getStatus().getCode());
        return reason(error).isEmpty()
                ? refusal(reason, String.valueOf(error.getStatus().getDescription()))
                : error;
    }

    /** What {@link ErrorInfo} says; empty without one. */
    static String reason(StatusRuntimeException error) {
        Status status = StatusProto.fromThrowable(error);
        if (status == null) {
            return "";
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException e) {
                    return "";
                }
            }
        }
        return "";
    }

    /** Each violation is one of BadRequest, and a line of the message for clients that read only that. */
    private static StatusRuntimeException invalid(InvalidExperimentException invalid) {
        BadRequest.Builder details = BadRequest.newBuilder();
        StringBuilder message = new StringBuilder("The experiment cannot run as it stands:");
        int shown = 0;
        for (Violation violation : invalid.violations()) {
            String line = brief(violation.description(), MAX_LINE);
            if (message.length() + line.length() > MAX_MESSAGE) {
                int left = invalid.violations().size() - shown;
                message.append("\nand ").append(left).append(" more; correct these first");
                break;
            }
            message.append('\n').append(line);
            String where = violation.position().map(at -> at + ": ").orElse("");
            details.addFieldViolationsBuilder()
                    .setField(brief(violation.path(), MAX_LINE))
                    .setDescription(brief(where + violation.message(), MAX_LINE));
            shown++;
        }
        Reason reason = invalid.onlyNotFound() ? Reason.INPUT_NOT_FOUND : Reason.INVALID_EXPERIMENT;
        return status(reason, message.toString(), Map.of(), List.of(details.build()));
    }

    static StatusRuntimeException noExperiment(String id) {
        return refusal(
                Reason.EXPERIMENT_NOT_FOUND,
                "There is no experiment '" + brief(id, MAX_LINE) + "'; 'crvqa list' shows which there are",
                Map.of("experiment", id));
    }

    static StatusRuntimeException cancelled(String id) {
        return refusal(
                Reason.EXPERIMENT_CANCELLED,
                "Experiment " + id
                        + " was cancelled; 'crvqa retry' goes on with it as a new revision, as 'crvqa submit FILE --again' does",
                Map.of("experiment", id));
    }
}
