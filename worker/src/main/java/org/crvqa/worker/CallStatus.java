package org.crvqa.worker;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** The one place where a refusal becomes a gRPC status, with details of the google.rpc error model. */
final class CallStatus {
    /** {@code ErrorInfo.domain} of every refusal. */
    static final String DOMAIN = "crvqa.org";

    private static final long RETRY_SECONDS = 1;

    private CallStatus() {}

    static StatusRuntimeException of(Refusal refusal) {
        Status.Builder status = Status.newBuilder()
                .setCode(code(refusal.reason()).getNumber())
                .setMessage(refusal.getMessage())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(refusal.reason().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(refusal.facts())
                        .build()));
        if (refusal.facts().containsKey("field")) {
            status.addDetails(Any.pack(badRequest(refusal)));
        } else if (refusal.reason() == Refusal.Reason.BUSY || refusal.reason() == Refusal.Reason.STARTING) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder().setSeconds(RETRY_SECONDS))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static Code code(Refusal.Reason reason) {
        return switch (reason) {
            case INVALID_ASSIGNMENT, ALGORITHM_VERSION -> Code.INVALID_ARGUMENT;
            case BUSY -> Code.RESOURCE_EXHAUSTED;
            case STARTING, DRAINING, DEVICE_FAILED -> Code.UNAVAILABLE;
            case FENCED -> Code.FAILED_PRECONDITION;
            case HALT_NOT_ALLOWED -> Code.PERMISSION_DENIED;
        };
    }

    private static BadRequest badRequest(Refusal refusal) {
        return BadRequest.newBuilder()
                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                        .setField(refusal.facts().getOrDefault("field", ""))
                        .setDescription(refusal.getMessage()))
                .build();
    }
}
