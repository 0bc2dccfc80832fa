package org.crvqa.coordinator.api;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.RejectedExecutionException;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.experiment.LaterTermException;
import org.crvqa.coordinator.leader.DeposedException;
import org.crvqa.coordinator.spec.InvalidExperimentException;
import org.crvqa.coordinator.spec.Violation;
import org.crvqa.coordinator.threads.Fatal;
import org.jboss.logging.Logger;

/** Exception to status, decided here and nowhere else. */
final class CallErrors {
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
            return status;
        }
        if (error instanceof InvalidExperimentException invalid) {
            return invalid(invalid);
        }
        if (error instanceof InvalidInputException invalid) {
            return Status.INVALID_ARGUMENT
                    .withDescription(brief(invalid.getMessage() + "\n" + invalid.advice(), MAX_MESSAGE))
                    .asRuntimeException();
        }
        if (error instanceof StoreException) {
            return Status.UNAVAILABLE
                    .withDescription(brief("The object store does not answer: " + error.getMessage(), MAX_MESSAGE))
                    .withCause(error)
                    .asRuntimeException();
        }
        if (error instanceof ArtifactCorruptException) {
            return Status.DATA_LOSS
                    .withDescription(brief(String.valueOf(error.getMessage()), MAX_MESSAGE))
                    .withCause(error)
                    .asRuntimeException();
        }
        if (error instanceof DeposedException || error instanceof LaterTermException) {
            return Status.UNAVAILABLE.withDescription(error.getMessage()).asRuntimeException();
        }
        if (error instanceof RejectedExecutionException) {
            return Status.UNAVAILABLE
                    .withDescription("This coordinator leads no more; ask again")
                    .asRuntimeException();
        }
        LOG.error("A call failed by a defect", error);
        return Status.INTERNAL
                .withDescription(brief("A defect in the coordinator; see its log: " + error, MAX_MESSAGE))
                .asRuntimeException();
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
        Code code = invalid.onlyNotFound() ? Code.NOT_FOUND : Code.INVALID_ARGUMENT;
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message.toString())
                .addDetails(Any.pack(details.build()))
                .build());
    }

    static StatusRuntimeException noExperiment(String id) {
        return Status.NOT_FOUND
                .withDescription(
                        "There is no experiment '" + brief(id, MAX_LINE) + "'; list them to see which there are")
                .asRuntimeException();
    }
}
