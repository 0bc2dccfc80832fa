package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CancelOperationRequest;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetOperationRequest;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.ListWorkersRequest;
import org.crvqa.coordinator.v1.MeasuredModel;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.OperationState;
import org.crvqa.coordinator.v1.PauseExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ResumeExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.SolveSparsityRequest;
import org.crvqa.coordinator.v1.StartGarbageCollectionRequest;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.coordinator.v1.WaitOperationRequest;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentsRequest;
import org.crvqa.coordinator.v1.WatchExperimentsResponse;
import org.crvqa.coordinator.v1.WatchForm;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.task.v1.ModelArchitecture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real process over a file store, called as any client calls it. Its workers do not exist. */
@QuarkusTest
@TestProfile(CoordinatorApiTest.FileStore.class)
class CoordinatorApiTest {
    private static final String BROKEN = "broken-000000000000";

    /** Gives the process a store that holds the sample, and something that is not an experiment. */
    public static final class FileStore implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path folder = Files.createTempDirectory("coordinator-api");
                try (StoreFixture fixture = new StoreFixture(folder)) {
                    fixture.store.put("experiments/" + BROKEN + "/spec.json", new byte[] {'{'});
                }
                return Map.of(
                        "CRVQA_STORE",
                        folder.resolve("store").toUri().toString(),
                        "CRVQA_CACHE",
                        folder.resolve("cache").toString(),
                        "CRVQA_TRAINERS",
                        "127.0.0.1:1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ConfigProperty(name = "quarkus.grpc.server.port")
    int port;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .build();
        awaitLead();
    }

    /** The process leads a moment after it has started. */
    private void awaitLead() {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            try {
                list(1, "");
                return;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(System.nanoTime()).as(e.toString()).isLessThan(end);
            }
        }
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void plan_sample_saysWhatWouldRunAndStartsNothing() {
        PlanExperimentResponse plan = stub().planExperiment(PlanExperimentRequest.newBuilder()
                .setSource(yaml(Samples.yaml().replace("name: small", "name: planned")))
                .build());

        assertThat(plan.getTasksCount()).isEqualTo(20);
        assertThat(plan.getRuns()).isEqualTo(10);
        assertThat(plan.getTasksList()).noneMatch(task -> task.getDone());
        assertThat(code(() -> get(plan.getExperimentId()))).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void plan_withMeasuredRates_estimatesAndRefusesWrongOnes() {
        MeasuredRate rate = MeasuredRate.newBuilder()
                .setWork(WorkKind.WORK_KIND_STAGE1)
                .setModel(MeasuredModel.newBuilder()
                        .setArchitecture(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT)
                        .setConfigSha256(Sha256.hex("{\"max_position_embeddings\":16,\"name\":\"tiny\"}"))
                        .setParameters(1))
                .setBatchSize(64)
                .setSecondsPerStep(0.5)
                .setExamplesPerSecond(128)
                .setDevice("cpu")
                .setThreads(1)
                .build();
        PlanExperimentRequest.Builder request = PlanExperimentRequest.newBuilder()
                .setSource(yaml(Samples.yaml().replace("name: small", "name: estimated")));

        PlanExperimentResponse plan =
                stub().planExperiment(request.clone().addRates(rate).build());

        assertThat(plan.getEstimate().getComplete()).isFalse();
        assertThat(plan.getEstimate().getDeviceSeconds()).isEqualTo(4 * 1000 * 0.5);
        assertThat(plan.getTasksList())
                .filteredOn(PlannedTask::hasDeviceSeconds)
                .allSatisfy(task -> assertThat(task.getLabel()).matches("stage 1 .*|stage 2 magnitude .*"));
        assertThat(code(() -> stub().planExperiment(request.clone()
                        .addRates(rate.toBuilder().setSecondsPerStep(Double.NaN))
                        .build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void solveSparsity_sample_refusesAnUnknownModelAndOneWithoutCounts() {
        assertThat(code(() -> stub().solveSparsity(SolveSparsityRequest.newBuilder()
                        .setModel("huge")
                        .build())))
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> stub().solveSparsity(SolveSparsityRequest.newBuilder()
                        .setModel("tiny")
                        .build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void submit_wrongFile_namesEachFieldWithItsPlace() throws InvalidProtocolBufferException {
        String broken = Samples.yaml()
                .replace("sparsities: [0.7]", "sparsities: [7]")
                .replace("seeds: [0, 1]", "seedz: [0, 1]");

        StatusRuntimeException error = catchThrowableOfType(StatusRuntimeException.class, () -> submit(broken));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        BadRequest details = StatusProto.fromThrowable(error).getDetails(0).unpack(BadRequest.class);
        assertThat(details.getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField)
                .contains("", "seeds", "subnetworks[0].sparsities[0]", "subnetworks[2].sparsities[0]");
        assertThat(details.getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getDescription)
                .anySatisfy(text -> assertThat(text).startsWith("line 21, column 1: unknown key 'seedz'"));
    }

    @Test
    void plan_hundredsOfMistakes_errorStillReachesTheClient() throws InvalidProtocolBufferException {
        StringBuilder broken = new StringBuilder(Samples.yaml());
        for (int i = 0; i < 500; i++) {
            broken.append("unknown_").append(i).append(": ").append(i).append('\n');
        }

        StatusRuntimeException error =
                catchThrowableOfType(StatusRuntimeException.class, () -> submit(broken.toString()));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.getStatus().getDescription())
                .contains("unknown key 'unknown_0'")
                .endsWith("more; correct these first");
        BadRequest details = StatusProto.fromThrowable(error).getDetails(0).unpack(BadRequest.class);
        assertThat(details.getFieldViolationsCount()).isBetween(5, 499);
    }

    @Test
    void submit_matrixOfMillionsOfRuns_isRefusedAtOnce() {
        String seeds = IntStream.range(0, 30_000).mapToObj(Integer::toString).collect(Collectors.joining(", "));

        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> submit(Samples.yaml().replace("seeds: [0, 1]", "seeds: [" + seeds + "]")));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.getStatus().getDescription()).contains("the matrix makes 150000 runs", "at most 100000");
    }

    @Test
    void start_oneExperimentIsUnreadable_theOthersAreServedAndEveryCallSaysSo() {
        assertThat(code(() -> stub().getReport(GetReportRequest.newBuilder()
                        .setExperimentId(BROKEN)
                        .build())))
                .isEqualTo(Status.Code.DATA_LOSS);
        assertThat(code(() -> stub().cancelExperiment(CancelExperimentRequest.newBuilder()
                        .setExperimentId(BROKEN)
                        .build())))
                .isEqualTo(Status.Code.DATA_LOSS);
        assertThat(code(() -> stub().retryExperiment(RetryExperimentRequest.newBuilder()
                        .setExperimentId(BROKEN)
                        .build())))
                .isEqualTo(Status.Code.DATA_LOSS);
        assertThat(get(BROKEN)).isEqualTo(ExperimentState.EXPERIMENT_STATE_UNREADABLE);
        assertThat(stub().watchExperiment(WatchExperimentRequest.newBuilder()
                                .setExperimentId(BROKEN)
                                .build())
                        .next()
                        .getExperiment()
                        .getProblem())
                .contains(BROKEN);
        assertThat(list(100, "").getExperimentsList())
                .filteredOn(status -> status.getId().equals(BROKEN))
                .singleElement()
                .satisfies(status -> assertThat(status.getProblem()).contains("crvqa retry"));
    }

    @Test
    void get_longId_isNotFoundAllTheSame() {
        assertThat(code(() -> get("x".repeat(100_000)))).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void submit_unknownDataset_isNotFoundAndListsWhatThereIs() {
        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> submit(Samples.yaml().replace("dataset: sample", "dataset: other")));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(error.getStatus().getDescription()).contains("it has sample");
    }

    @Test
    void submitGetWatchReportCancel_sample_followsTheContract() {
        SubmitExperimentResponse first = submit(Samples.yaml());
        SubmitExperimentResponse again = submit(Samples.yaml());
        String id = first.getExperiment().getId();
        assertThat(first.getCreated()).isTrue();
        assertThat(again.getCreated()).isFalse();
        assertThat(again.getExperiment().getId()).isEqualTo(id);
        assertThat(get(id)).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);

        Report report = stub().getReport(
                        GetReportRequest.newBuilder().setExperimentId(id).build())
                .getReport();
        assertThat(report.getComplete()).isFalse();
        assertThat(report.getRowsCount()).isEqualTo(5);

        Iterator<WatchExperimentResponse> watch = stub().watchExperiment(
                        WatchExperimentRequest.newBuilder().setExperimentId(id).build());
        assertThat(watch.next().getExperiment().getTasksCount()).isEqualTo(20);
        // Nothing happens without workers: this is the sign of life.
        assertThat(watch.next().getExperiment().getTasksCount()).isZero();

        stub().cancelExperiment(
                        CancelExperimentRequest.newBuilder().setExperimentId(id).build());
        WatchExperimentResponse last = watch.next();
        assertThat(last.getExperiment().getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(last.getChangedTasksCount()).isEqualTo(20);
        assertThat(watch.hasNext()).isFalse();
        assertThat(code(() -> submit(Samples.yaml()))).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void list_inPages_showsEachOnceNewestFirst() {
        for (String name : new String[] {"page-a", "page-b", "page-c"}) {
            submit(Samples.yaml().replace("name: small", "name: " + name));
        }
        ListExperimentsResponse first = list(2, "");
        ListExperimentsResponse second = list(100, first.getNextPageToken());

        assertThat(first.getExperimentsList())
                .extracting(experiment -> experiment.getExperiment().getName())
                .containsExactly("page-c", "page-b");
        assertThat(second.getExperiments(0).getExperiment().getName()).isEqualTo("page-a");
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(code(() -> list(2, "guessed"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(list(1_000, "").getExperimentsCount()).isLessThanOrEqualTo(100);
        assertThat(code(() -> list(-1, ""))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void updatePauseResumeListEvents_sample_followTheContract() {
        String id = submit(Samples.yaml().replace("name: small", "name: updated"))
                .getExperiment()
                .getId();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-crvqa-user", Metadata.ASCII_STRING_MARSHALLER), "ada");
        CoordinatorServiceBlockingStub ada =
                stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));

        assertThat(ada.updateExperiment(UpdateExperimentRequest.newBuilder()
                                .setExperimentId(id)
                                .setSettings(ExperimentSettings.newBuilder()
                                        .setPriority(4)
                                        .putLabels("team", "vision"))
                                .build())
                        .getExperiment()
                        .getSettings()
                        .getPriority())
                .isEqualTo(4);
        assertThat(ada.pauseExperiment(PauseExperimentRequest.newBuilder()
                                .setExperimentId(id)
                                .build())
                        .getExperiment()
                        .getState())
                .isEqualTo(ExperimentState.EXPERIMENT_STATE_PAUSED);
        assertThat(stub().listExperiments(ListExperimentsRequest.newBuilder()
                                .putLabels("team", "vision")
                                .addStates(ExperimentState.EXPERIMENT_STATE_PAUSED)
                                .build())
                        .getExperimentsList())
                .extracting(ExperimentStatus::getId)
                .containsExactly(id);
        assertThat(ada.resumeExperiment(ResumeExperimentRequest.newBuilder()
                                .setExperimentId(id)
                                .build())
                        .getExperiment()
                        .getState())
                .isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);

        assertThat(stub().listEvents(ListEventsRequest.newBuilder()
                                .setExperimentId(id)
                                .build())
                        .getEventsList())
                .filteredOn(event -> event.getKind() == EventKind.EVENT_KIND_PAUSED)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getCaller().getUser()).isEqualTo("ada");
                    assertThat(event.getCaller().getHost()).isEqualTo("127.0.0.1");
                    assertThat(event.getCaller().getAgent()).startsWith("grpc-java");
                });
    }

    @Test
    void listTasksAndAttempts_sample_followTheContract() {
        String id = submit(Samples.yaml().replace("name: small", "name: listed"))
                .getExperiment()
                .getId();
        ListTasksRequest.Builder request = ListTasksRequest.newBuilder()
                .setExperimentId(id)
                .addStages(WorkKind.WORK_KIND_EVALUATE)
                .setPageSize(6);
        ListTasksResponse first = stub().listTasks(request.build());
        ListTasksResponse second =
                stub().listTasks(request.setPageToken(first.getNextPageToken()).build());

        assertThat(first.getTotalSize()).isEqualTo(10);
        assertThat(first.getTasksCount() + second.getTasksCount()).isEqualTo(10);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(stub().listAttempts(ListAttemptsRequest.newBuilder()
                                .setTaskKey(first.getTasks(0).getKey())
                                .build())
                        .getAttemptsCount())
                .isZero();
        assertThat(stub().getExperiment(GetExperimentRequest.newBuilder()
                                .setExperimentId(id)
                                .setView(ExperimentView.EXPERIMENT_VIEW_BASIC)
                                .build())
                        .getExperiment())
                .satisfies(status -> {
                    assertThat(status.getTasksCount()).isZero();
                    assertThat(status.getTasksOmitted()).isTrue();
                    assertThat(status.getCounts().getPlanned()
                                    + status.getCounts().getReady())
                            .isEqualTo(20);
                });
    }

    @Test
    void watch_eventsForm_resumesWithoutASecondSnapshot() {
        String id = submit(Samples.yaml().replace("name: small", "name: watched"))
                .getExperiment()
                .getId();
        WatchExperimentRequest.Builder request =
                WatchExperimentRequest.newBuilder().setExperimentId(id).setForm(WatchForm.WATCH_FORM_EVENTS);
        Iterator<WatchExperimentResponse> watch = stub().watchExperiment(request.build());
        assertThat(watch.next().getSnapshot().getTasksCount()).isEqualTo(20);
        String token = watch.next().getResumeToken();
        stub().cancelExperiment(
                        CancelExperimentRequest.newBuilder().setExperimentId(id).build());

        Iterator<WatchExperimentResponse> resumed =
                stub().watchExperiment(request.setResumeToken(token).build());

        WatchExperimentResponse last = resumed.next();
        assertThat(last.getChanges().getTasksCount()).isEqualTo(20);
        assertThat(last.getChanges().getExperiment().getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(resumed.hasNext()).isFalse();
    }

    @Test
    void watchExperiments_newExperiment_isToldToWhoWatches() {
        Iterator<WatchExperimentsResponse> watch =
                stub().watchExperiments(WatchExperimentsRequest.getDefaultInstance());
        WatchExperimentsResponse message = watch.next();
        while (!message.hasSnapshotEnd()) {
            assertThat(message.hasSnapshot()).isTrue();
            message = watch.next();
        }
        String id = submit(Samples.yaml().replace("name: small", "name: overview"))
                .getExperiment()
                .getId();

        while (message.getChanges().getExperimentsList().stream()
                .noneMatch(experiment -> experiment.getId().equals(id))) {
            message = watch.next();
        }
    }

    @Test
    void startGarbageCollection_callerLeaves_theOperationGoesOnAndCanBeWaitedFor() {
        Operation begun = stub().startGarbageCollection(StartGarbageCollectionRequest.getDefaultInstance())
                .getOperation();

        Operation ended = stub().waitOperation(WaitOperationRequest.newBuilder()
                        .setOperationId(begun.getId())
                        .setTimeout(Duration.newBuilder().setSeconds(60))
                        .build())
                .getOperation();

        assertThat(ended.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
        assertThat(stub().getOperation(GetOperationRequest.newBuilder()
                                .setOperationId(begun.getId())
                                .build())
                        .getOperation())
                .isEqualTo(ended);
        assertThat(code(() -> stub().cancelOperation(CancelOperationRequest.newBuilder()
                        .setOperationId("gc-1-0123456789ab")
                        .build())))
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void bytesThatAreNoRequest_areTheCallersMistake() {
        MethodDescriptor<byte[], ListExperimentsResponse> raw =
                CoordinatorServiceGrpc.getListExperimentsMethod().toBuilder(
                                new MethodDescriptor.Marshaller<byte[]>() {
                                    @Override
                                    public InputStream stream(byte[] bytes) {
                                        return new ByteArrayInputStream(bytes);
                                    }

                                    @Override
                                    public byte[] parse(InputStream stream) {
                                        throw new UnsupportedOperationException();
                                    }
                                },
                                CoordinatorServiceGrpc.getListExperimentsMethod()
                                        .getResponseMarshaller())
                        .build();

        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, raw, CallOptions.DEFAULT, new byte[] {(byte) 0xff, 1}));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.getStatus().getDescription()).contains("ListExperiments");
    }

    @Test
    void error_anyCall_saysWhyToPrograms() throws InvalidProtocolBufferException {
        StatusRuntimeException error = catchThrowableOfType(StatusRuntimeException.class, () -> get("none"));

        ErrorInfo info = StatusProto.fromThrowable(error).getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("EXPERIMENT_NOT_FOUND");
        assertThat(info.getMetadataMap()).containsEntry("experiment", "none");
    }

    @Test
    void listWorkers_noneAnswers_showsTheAddressAsUnreachable() {
        assertThat(stub().listWorkers(ListWorkersRequest.getDefaultInstance()).getWorkersList())
                .singleElement()
                .satisfies(worker -> {
                    assertThat(worker.getAddress()).isEqualTo("127.0.0.1:1");
                    assertThat(worker.getReachable()).isFalse();
                });
    }

    @Test
    void collectGarbage_experimentThatCannotBeRead_keepsArtifactsAndSaysWhy() {
        Iterator<CollectGarbageResponse> answers = stub().collectGarbage(CollectGarbageRequest.getDefaultInstance());
        CollectGarbageResponse last = CollectGarbageResponse.getDefaultInstance();
        while (answers.hasNext()) {
            last = answers.next();
            assertThat(last.getItem().getName()).doesNotContain("artifacts/");
        }
        assertThat(last.getSummary().getNotesList())
                .singleElement()
                .asString()
                .contains(BROKEN, "Artifacts and tasks stay");
        assertThat(last.getSummary().getArtifactsKept()).isEqualTo(2);

        CollectGarbageRequest hasty = CollectGarbageRequest.newBuilder()
                .setGrace(Duration.newBuilder().setSeconds(1))
                .build();
        assertThat(code(() -> stub().collectGarbage(hasty).forEachRemaining(answer -> {})))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private CoordinatorServiceBlockingStub stub() {
        return CoordinatorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private SubmitExperimentResponse submit(String text) {
        return stub().submitExperiment(SubmitExperimentRequest.newBuilder()
                .setSource(yaml(text))
                .build());
    }

    private ListExperimentsResponse list(int size, String token) {
        return stub().listExperiments(ListExperimentsRequest.newBuilder()
                .setPageSize(size)
                .setPageToken(token)
                .build());
    }

    private ExperimentState get(String id) {
        return stub().getExperiment(
                        GetExperimentRequest.newBuilder().setExperimentId(id).build())
                .getExperiment()
                .getState();
    }

    private static ExperimentSource yaml(String text) {
        return ExperimentSource.newBuilder().setYaml(text).build();
    }

    private static Status.Code code(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run)
                .getStatus()
                .getCode();
    }
}
