package org.crvqa.coordinator.api;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.spec.InvalidExperimentException;
import org.crvqa.coordinator.spec.Violation;
import org.jboss.logging.Logger;

/** Exception to status, decided here and nowhere else. */
final class CallErrors {
    private static final Logger LOG = Logger.getLogger(CallErrors.class);

    private CallErrors() {}

    static StatusRuntimeException of(RuntimeException error) {
        if (error instanceof StatusRuntimeException status) {
            return status;
        }
        if (error instanceof InvalidExperimentException invalid) {
            return invalid(invalid);
        }
        if (error instanceof InvalidInputException invalid) {
            return Status.INVALID_ARGUMENT
                    .withDescription(invalid.getMessage() + " " + invalid.advice())
                    .asRuntimeException();
        }
        if (error instanceof StoreException) {
            return Status.UNAVAILABLE
                    .withDescription("The object store does not answer: " + error.getMessage())
                    .withCause(error)
                    .asRuntimeException();
        }
        if (error instanceof ArtifactCorruptException) {
            return Status.DATA_LOSS
                    .withDescription(error.getMessage())
                    .withCause(error)
                    .asRuntimeException();
        }
        LOG.error("A call failed by a defect", error);
        return Status.INTERNAL
                .withDescription("A defect in the coordinator; see its log: " + error)
                .asRuntimeException();
    }

    /** Each violation is one of BadRequest, and a line of the message for clients that read only that. */
    private static StatusRuntimeException invalid(InvalidExperimentException invalid) {
        BadRequest.Builder details = BadRequest.newBuilder();
        for (Violation violation : invalid.violations()) {
            String where = violation.position().map(at -> at + ": ").orElse("");
            details.addFieldViolationsBuilder().setField(violation.path()).setDescription(where + violation.message());
        }
        Code code = invalid.onlyNotFound() ? Code.NOT_FOUND : Code.INVALID_ARGUMENT;
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage("The experiment cannot run as it stands:\n" + invalid.getMessage())
                .addDetails(Any.pack(details.build()))
                .build());
    }

    static StatusRuntimeException noExperiment(String id) {
        return Status.NOT_FOUND
                .withDescription("There is no experiment '" + id + "'; list them to see which there are")
                .asRuntimeException();
    }
}
