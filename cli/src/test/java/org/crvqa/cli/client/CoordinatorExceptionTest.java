package org.crvqa.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.crvqa.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoordinatorExceptionTest {
    @Test
    void of_badRequestWithPlaces_listsEachAsFileLineColumnKeyMessage() {
        StatusRuntimeException failure = badRequest(
                violation("stage1.lr", "line 3, column 5: stage1.lr: unknown key"),
                violation("seeds", "seeds: is empty"));

        CoordinatorException exception = CoordinatorException.of(failure, "h:1", "e.yaml");

        assertThat(exception.getMessage().lines())
                .containsExactly("e.yaml:3:5: stage1.lr: unknown key", "e.yaml: seeds: is empty");
        assertThat(exception.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void of_violationWhoseDescriptionLacksTheField_namesTheField() {
        StatusRuntimeException failure = badRequest(violation("page_token", "not from here"));

        assertThat(CoordinatorException.of(failure, "h:1", "")).hasMessage("page_token: not from here");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT, 2",
        "NOT_FOUND, 2",
        "FAILED_PRECONDITION, 2",
        "UNAVAILABLE, 3",
        "DEADLINE_EXCEEDED, 3",
        "INTERNAL, 1",
        "DATA_LOSS, 1"
    })
    void of_status_hasTheExitCodeOfTheManual(io.grpc.Status.Code code, int exitCode) {
        StatusRuntimeException failure = code.toStatus().withDescription("why").asRuntimeException();

        CoordinatorException exception = CoordinatorException.of(failure, "h:1", "");

        assertThat(exception.exitCode()).isEqualTo(exitCode);
        assertThat(exception).hasMessageContaining("why");
    }

    private static BadRequest.FieldViolation violation(String field, String description) {
        return BadRequest.FieldViolation.newBuilder()
                .setField(field)
                .setDescription(description)
                .build();
    }

    private static StatusRuntimeException badRequest(BadRequest.FieldViolation... violations) {
        BadRequest.Builder request = BadRequest.newBuilder();
        for (BadRequest.FieldViolation violation : violations) {
            request.addFieldViolations(violation);
        }
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage("wrong")
                .addDetails(Any.pack(request.build()))
                .build());
    }
}
