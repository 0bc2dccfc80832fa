package org.crvqa.cli.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/**
 * Why a coordinator refused a call, as it says to programs.
 *
 * @param reason one of those in coordinator.proto; empty: it did not say, as those of earlier releases
 * @param about more for programs, by reason
 */
public record ErrorReason(String reason, Map<String, String> about) {
    private static final String DOMAIN = "crvqa.org";

    /** Copies what it is given. */
    public ErrorReason {
        about = Map.copyOf(about);
    }

    static ErrorReason of(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    ErrorInfo info = unpack(detail);
                    if (info.getDomain().equals(DOMAIN)) {
                        return new ErrorReason(info.getReason(), info.getMetadataMap());
                    }
                }
            }
        }
        return new ErrorReason("", Map.of());
    }

    private static ErrorInfo unpack(Any detail) {
        try {
            return detail.unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException e) {
            return ErrorInfo.getDefaultInstance();
        }
    }
}
