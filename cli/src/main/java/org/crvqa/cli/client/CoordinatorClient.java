package org.crvqa.cli.client;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CancelOperationRequest;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.GetOperationRequest;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetReportResponse;
import org.crvqa.coordinator.v1.GetWasteRequest;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.ListWorkersRequest;
import org.crvqa.coordinator.v1.ListWorkersResponse;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.PauseExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ResumeExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.SolveSparsityRequest;
import org.crvqa.coordinator.v1.SolveSparsityResponse;
import org.crvqa.coordinator.v1.StartGarbageCollectionRequest;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.coordinator.v1.WaitOperationRequest;
import org.crvqa.experiment.v1.ModalitySparsity;

/** Unary calls to one coordinator, each with a deadline. Every method throws {@link CoordinatorException}. Thread-safe. */
public final class CoordinatorClient implements ExperimentReads {
    private static final Duration READ_DEADLINE = Duration.ofSeconds(30);
    // Planning, retrying and summing look up every task in the store.
    private static final Duration WRITE_DEADLINE = Duration.ofMinutes(2);
    private static final int LARGEST_REPLY_BYTES = 64 << 20;
    private static final com.google.protobuf.Duration WAIT = Durations.fromSeconds(10);
    private static final Metadata.Key<String> USER = Metadata.Key.of("x-crvqa-user", Metadata.ASCII_STRING_MARSHALLER);

    private final String address;
    private final ManagedChannel channel;
    private final CoordinatorServiceBlockingStub stub;
    private Consumer<Instant> standby = asOf -> {};
    private boolean standbyTold;

    private CoordinatorClient(String address, ManagedChannel channel) {
        this.address = address;
        this.channel = channel;
        this.stub = CoordinatorServiceGrpc.newBlockingStub(channel);
    }

    /** A client of the coordinator at {@code host:port}; connects at the first call. */
    public static CoordinatorClient of(String address) {
        HostPort.check("coordinator", address, "--coordinator localhost:9100");
        return new CoordinatorClient(
                address,
                Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                        .maxInboundMessageSize(LARGEST_REPLY_BYTES)
                        .userAgent("crvqa")
                        .intercept(MetadataUtils.newAttachHeadersInterceptor(caller()))
                        .build());
    }

    /** Who asks, for the events of experiments. */
    private static Metadata caller() {
        Metadata caller = new Metadata();
        String user = System.getProperty("user.name", "").replaceAll("[^\\x20-\\x7e]", "?");
        if (!user.isBlank()) {
            caller.put(USER, user);
        }
        return caller;
    }

    /** {@code told} hears once when a coordinator answers that stands by: as of when. Returns this. */
    public CoordinatorClient whenStandby(Consumer<Instant> told) {
        standby = told;
        return this;
    }

    private void tell(boolean standsBy, Timestamp asOf) {
        if (standsBy && !standbyTold) {
            standbyTold = true;
            standby.accept(Instant.ofEpochSecond(asOf.getSeconds(), asOf.getNanos()));
        }
    }

    /** host:port */
    public String address() {
        return address;
    }

    /** As {@link #plan(String, String, List)}, with nothing but what the store tells of device time. */
    public PlanExperimentResponse plan(String yaml, String file) {
        return plan(yaml, file, List.of());
    }

    /**
     * What an experiment file's text would run, and its device time by these rates or those of the store. {@code file} is
     * its name, for messages.
     */
    public PlanExperimentResponse plan(String yaml, String file, List<MeasuredRate> rates) {
        PlanExperimentRequest request = PlanExperimentRequest.newBuilder()
                .setSource(source(yaml))
                .addAllRates(rates)
                .build();
        return call(WRITE_DEADLINE, file, s -> s.planExperiment(request));
    }

    /**
     * Stores and starts the experiment of this text, or finds it.
     *
     * @param file its name, for messages
     * @param again also when it was cancelled: then as a new revision
     * @param settings for a new one
     */
    public SubmitExperimentResponse submit(String yaml, String file, boolean again, ExperimentSettings settings) {
        SubmitExperimentRequest request = SubmitExperimentRequest.newBuilder()
                .setSource(source(yaml))
                .setAgain(again)
                .setSettings(settings)
                .build();
        return call(WRITE_DEADLINE, file, s -> s.submitExperiment(request));
    }

    /** As {@link #submit(String, String, boolean, ExperimentSettings)}, with nothing set, and not again. */
    public SubmitExperimentResponse submit(String yaml, String file) {
        return submit(yaml, file, false, ExperimentSettings.getDefaultInstance());
    }

    /**
     * Starts what was cancelled as a new revision, which takes over the results there are; or finds the latest revision,
     * when that was not cancelled.
     *
     * @param cancelled as {@link #summary} gives it
     */
    public SubmitExperimentResponse again(ExperimentStatus cancelled) {
        SubmitExperimentRequest request = SubmitExperimentRequest.newBuilder()
                .setSource(ExperimentSource.newBuilder().setExperiment(cancelled.getExperiment()))
                .setAgain(true)
                .setSettings(cancelled.getSettings())
                .build();
        return call(WRITE_DEADLINE, "", s -> s.submitExperiment(request));
    }

    /** The experiment without its tasks. */
    @Override
    public ExperimentStatus summary(String id) {
        GetExperimentRequest request = GetExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setView(ExperimentView.EXPERIMENT_VIEW_BASIC)
                .build();
        GetExperimentResponse response = call(READ_DEADLINE, "", s -> s.getExperiment(request));
        tell(response.hasAsOf(), response.getAsOf());
        return response.getExperiment();
    }

    /** A page of tasks. The first one of an experiment that has ended may take long. */
    @Override
    public ListTasksResponse tasks(ListTasksRequest request) {
        return call(WRITE_DEADLINE, "", s -> s.listTasks(request));
    }

    /** A page of the attempts at a task. */
    public ListAttemptsResponse attempts(ListAttemptsRequest request) {
        return call(READ_DEADLINE, "", s -> s.listAttempts(request));
    }

    /** A page of what happened to an experiment. */
    public ListEventsResponse events(ListEventsRequest request) {
        return call(READ_DEADLINE, "", s -> s.listEvents(request));
    }

    /** Sets something for an experiment; what it is then. */
    public ExperimentStatus update(UpdateExperimentRequest request) {
        return call(READ_DEADLINE, "", s -> s.updateExperiment(request)).getExperiment();
    }

    /** Pauses an experiment; {@code stopRunning}: what runs is stopped, too. What it is then. */
    public ExperimentStatus pause(String id, boolean stopRunning) {
        PauseExperimentRequest request = PauseExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setStopRunning(stopRunning)
                .build();
        return call(READ_DEADLINE, "", s -> s.pauseExperiment(request)).getExperiment();
    }

    /** Ends a pause. What the experiment is then. */
    public ExperimentStatus resume(String id) {
        ResumeExperimentRequest request =
                ResumeExperimentRequest.newBuilder().setExperimentId(id).build();
        return call(READ_DEADLINE, "", s -> s.resumeExperiment(request)).getExperiment();
    }

    /** Begins a collection of garbage that goes on by itself. */
    public Operation startGarbageCollection(CollectGarbageRequest request) {
        StartGarbageCollectionRequest start =
                StartGarbageCollectionRequest.newBuilder().setRequest(request).build();
        return call(READ_DEADLINE, "", s -> s.startGarbageCollection(start)).getOperation();
    }

    /** An operation as it is now. */
    public Operation operation(String id) {
        GetOperationRequest request =
                GetOperationRequest.newBuilder().setOperationId(id).build();
        return call(READ_DEADLINE, "", s -> s.getOperation(request)).getOperation();
    }

    /** An operation when it has ended, or after some seconds as it is then. */
    public Operation await(String id) {
        WaitOperationRequest request = WaitOperationRequest.newBuilder()
                .setOperationId(id)
                .setTimeout(WAIT)
                .build();
        return call(READ_DEADLINE, "", s -> s.waitOperation(request)).getOperation();
    }

    /** Asks an operation to end early. */
    public Operation cancelOperation(String id) {
        CancelOperationRequest request =
                CancelOperationRequest.newBuilder().setOperationId(id).build();
        return call(READ_DEADLINE, "", s -> s.cancelOperation(request)).getOperation();
    }

    /** The experiment and all its tasks; of a large one without them. */
    public ExperimentStatus get(String id) {
        GetExperimentRequest request =
                GetExperimentRequest.newBuilder().setExperimentId(id).build();
        GetExperimentResponse response = call(READ_DEADLINE, "", s -> s.getExperiment(request));
        tell(response.hasAsOf(), response.getAsOf());
        return response.getExperiment();
    }

    /** A page of all experiments, newest first. */
    public ListExperimentsResponse list(int pageSize, String pageToken) {
        return list(ListExperimentsRequest.newBuilder()
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    }

    /** A page of experiments, newest first. */
    @Override
    public ListExperimentsResponse list(ListExperimentsRequest request) {
        ListExperimentsResponse response = call(READ_DEADLINE, "", s -> s.listExperiments(request));
        tell(response.hasAsOf(), response.getAsOf());
        return response;
    }

    /** Ends the experiment. */
    public ExperimentStatus cancel(String id) {
        CancelExperimentRequest request =
                CancelExperimentRequest.newBuilder().setExperimentId(id).build();
        return call(WRITE_DEADLINE, "", s -> s.cancelExperiment(request)).getExperiment();
    }

    /** Runs what failed in the experiment again. */
    public RetryExperimentResponse retry(String id) {
        RetryExperimentRequest request =
                RetryExperimentRequest.newBuilder().setExperimentId(id).build();
        return call(WRITE_DEADLINE, "", s -> s.retryExperiment(request));
    }

    /** Device time of an experiment; of all experiments when the id is empty. */
    @Override
    public GetWasteResponse waste(String id) {
        GetWasteRequest request =
                GetWasteRequest.newBuilder().setExperimentId(id).build();
        return call(WRITE_DEADLINE, "", s -> s.getWaste(request));
    }

    /** Scores so far. */
    public Report report(String id) {
        return report(id, false);
    }

    /** Scores so far; with {@code byQuestionType} also those of each question type. */
    @Override
    public Report report(String id, boolean byQuestionType) {
        GetReportRequest request = GetReportRequest.newBuilder()
                .setExperimentId(id)
                .setByQuestionType(byQuestionType)
                .build();
        GetReportResponse response = call(READ_DEADLINE, "", s -> s.getReport(request));
        tell(response.hasAsOf(), response.getAsOf());
        return response.getReport();
    }

    /** The coordinator's workers. */
    public ListWorkersResponse workers() {
        return call(READ_DEADLINE, "", s -> s.listWorkers(ListWorkersRequest.getDefaultInstance()));
    }

    /** The rates of a model that follow from the given ones. */
    public SolveSparsityResponse solve(String model, ModalitySparsity given) {
        SolveSparsityRequest request = SolveSparsityRequest.newBuilder()
                .setModel(model)
                .setSparsity(given)
                .build();
        return call(READ_DEADLINE, "", s -> s.solveSparsity(request));
    }

    /** Collects garbage, however long it takes; {@code says} gets everything as it comes, the summary last. */
    public void collectGarbage(CollectGarbageRequest request, Consumer<CollectGarbageResponse> says) {
        try {
            stub.collectGarbage(request).forEachRemaining(says);
        } catch (StatusRuntimeException e) {
            throw CoordinatorException.of(e, address, "");
        }
    }

    ManagedChannel channel() {
        return channel;
    }

    private <T> T call(Duration deadline, String file, Function<CoordinatorServiceBlockingStub, T> call) {
        try {
            return call.apply(stub.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw CoordinatorException.of(e, address, file);
        }
    }

    private static ExperimentSource source(String yaml) {
        return ExperimentSource.newBuilder().setYaml(yaml).build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
