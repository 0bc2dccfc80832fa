package org.crvqa.cli.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetWasteRequest;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListWorkersRequest;
import org.crvqa.coordinator.v1.ListWorkersResponse;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.SolveSparsityRequest;
import org.crvqa.coordinator.v1.SolveSparsityResponse;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.experiment.v1.ModalitySparsity;

/** Unary calls to one coordinator, each with a deadline. Every method throws {@link CoordinatorException}. Thread-safe. */
public final class CoordinatorClient implements AutoCloseable {
    private static final Duration READ_DEADLINE = Duration.ofSeconds(30);
    // Planning, retrying and summing look up every task in the store.
    private static final Duration WRITE_DEADLINE = Duration.ofMinutes(2);
    private static final int LARGEST_REPLY_BYTES = 64 << 20;

    private final String address;
    private final ManagedChannel channel;
    private final CoordinatorServiceBlockingStub stub;

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
                        .build());
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

    /** Stores and starts the experiment of this text, or finds it. {@code file} is its name, for messages. */
    public SubmitExperimentResponse submit(String yaml, String file) {
        SubmitExperimentRequest request =
                SubmitExperimentRequest.newBuilder().setSource(source(yaml)).build();
        return call(WRITE_DEADLINE, file, s -> s.submitExperiment(request));
    }

    /** The experiment and all its tasks. */
    public ExperimentStatus get(String id) {
        GetExperimentRequest request =
                GetExperimentRequest.newBuilder().setExperimentId(id).build();
        return call(READ_DEADLINE, "", s -> s.getExperiment(request)).getExperiment();
    }

    /** A page of experiments, newest first. */
    public ListExperimentsResponse list(int pageSize, String pageToken) {
        ListExperimentsRequest request = ListExperimentsRequest.newBuilder()
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build();
        return call(READ_DEADLINE, "", s -> s.listExperiments(request));
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
    public Report report(String id, boolean byQuestionType) {
        GetReportRequest request = GetReportRequest.newBuilder()
                .setExperimentId(id)
                .setByQuestionType(byQuestionType)
                .build();
        return call(READ_DEADLINE, "", s -> s.getReport(request)).getReport();
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
