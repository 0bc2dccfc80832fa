package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallErrorsTest {
    @Test
    void of_dispatcherThatHasStopped_isUnavailable() {
        assertThat(code(new RejectedExecutionException("stopped"))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThatThrownBy(() -> Waiting.on(CompletableFuture.failedFuture(new RejectedExecutionException("stopped"))))
                .satisfies(error -> assertThat(code(error)).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void of_storeAndStoredThings_areToldApartFromDefects() {
        assertThat(code(new StoreException("503"))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(code(new ArtifactCorruptException("cut"))).isEqualTo(Status.Code.DATA_LOSS);
        assertThat(code(new IllegalStateException("a defect"))).isEqualTo(Status.Code.INTERNAL);
        assertThat(code(new StackOverflowError())).isEqualTo(Status.Code.INTERNAL);
    }

    /** What coordinator.proto promises of every error. */
    @ParameterizedTest
    @EnumSource(Reason.class)
    void refusal_anyReason_saysItWithDomainAndWhenToAskAgain(Reason reason) throws Exception {
        StatusRuntimeException error = CallErrors.refusal(reason, "why", Map.of("experiment", "small"));

        ErrorInfo info = detail(error, ErrorInfo.class).orElseThrow();
        assertThat(info.getReason()).isEqualTo(reason.name());
        assertThat(info.getDomain()).isEqualTo("crvqa.org");
        assertThat(info.getMetadataMap()).containsEntry("experiment", "small");
        Status.Code code = error.getStatus().getCode();
        assertThat(detail(error, RetryInfo.class).isPresent())
                .isEqualTo(code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED);
        assertThat(detail(error, PreconditionFailure.class).isPresent())
                .isEqualTo(code == Status.Code.FAILED_PRECONDITION);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"OK"},
            mode = EnumSource.Mode.EXCLUDE)
    void of_statusThatSaysNothingToPrograms_getsAReason(Status.Code code) {
        StatusRuntimeException error = code.toStatus().withDescription("why").asRuntimeException();

        assertThat(CallErrors.reason(CallErrors.of(error))).isNotEmpty();
    }

    @Test
    void of_statusWithAReason_isKept() {
        StatusRuntimeException error = CallErrors.noExperiment("small-1");

        assertThat(CallErrors.of(error)).isSameAs(error);
    }

    @Test
    void of_anotherLeads_namesItsAddressWhereItIsKnown() throws Exception {
        ErrorInfo known = detail(
                        CallErrors.of(new RejectedExecutionException("stopped"), Optional.of("coordinator-1:9100")),
                        ErrorInfo.class)
                .orElseThrow();
        ErrorInfo unknown = detail(
                        CallErrors.of(new RejectedExecutionException("stopped"), Optional.empty()), ErrorInfo.class)
                .orElseThrow();

        assertThat(known.getReason()).isEqualTo("NOT_LEADER");
        assertThat(known.getMetadataMap()).containsEntry("leader", "coordinator-1:9100");
        assertThat(unknown.getMetadataMap()).isEmpty();
    }

    @Test
    void of_longMessage_staysWithinWhatClientsTakeAsHeaders() {
        StatusRuntimeException error = CallErrors.of(new ArtifactCorruptException("x".repeat(100_000)));

        assertThat(StatusProto.fromThrowable(error).getSerializedSize()).isLessThan(4_000);
    }

    /** The table for clients has each reason, under its status. */
    @Test
    void reasons_standInTheContract() throws Exception {
        String proto = Files.readString(Path.of("../proto/src/main/protobuf/crvqa/coordinator/v1/coordinator.proto"));
        String table = proto.substring(proto.indexOf("//   status "), proto.indexOf("service CoordinatorService"));

        Set<String> told = Pattern.compile("[A-Z]+(?:_[A-Z]+)*")
                .matcher(table)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(told)
                .containsAll(Arrays.stream(Reason.values()).map(Reason::name).toList());
    }

    private static <M extends Message> Optional<M> detail(StatusRuntimeException error, Class<M> type)
            throws InvalidProtocolBufferException {
        for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
            if (detail.is(type)) {
                return Optional.of(detail.unpack(type));
            }
        }
        return Optional.empty();
    }

    private static Status.Code code(Throwable error) {
        return CallErrors.of(error).getStatus().getCode();
    }
}
