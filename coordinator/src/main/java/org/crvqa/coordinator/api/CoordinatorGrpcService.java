package org.crvqa.coordinator.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.estimate.Estimates;
import org.crvqa.coordinator.experiment.ExperimentStore;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.coordinator.sparsity.SparsitySolver;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CancelExperimentResponse;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetReportResponse;
import org.crvqa.coordinator.v1.GetWasteRequest;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListWorkersRequest;
import org.crvqa.coordinator.v1.ListWorkersResponse;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.SolveSparsityRequest;
import org.crvqa.coordinator.v1.SolveSparsityResponse;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;

/** The gRPC face of the coordinator. What each call promises stands in coordinator.proto. */
@GrpcService
@Blocking
public class CoordinatorGrpcService extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
    private static final int DEFAULT_PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    private final CoordinatorSource source;

    /** Called by the container. */
    public CoordinatorGrpcService(CoordinatorSource source) {
        this.source = source;
    }

    @Override
    @Blocking
    public void planExperiment(PlanExperimentRequest request, StreamObserver<PlanExperimentResponse> observer) {
        answer(observer, () -> {
            Experiments.Checked checked = coordinator().experiments().check(request.getSource());
            PlanExperimentResponse.Builder response = PlanExperimentResponse.newBuilder()
                    .setExperimentId(checked.id())
                    .setRuns(checked.plan().runs().size())
                    .setTasksUnshared(checked.plan().tasksUnshared());
            Set<ArtifactKey> done = coordinator().experiments().done(checked.plan());
            Estimates.Estimated estimated =
                    coordinator().experiments().results().estimate(checked, done, request.getRatesList());
            checked.plan()
                    .tasks()
                    .forEach(task -> response.addTasks(planned(
                            task,
                            done,
                            Optional.ofNullable(estimated.taskSeconds().get(task.key())))));
            return response.setEstimate(estimated.whole()).build();
        });
    }

    @Override
    @Blocking
    public void submitExperiment(SubmitExperimentRequest request, StreamObserver<SubmitExperimentResponse> observer) {
        answer(observer, () -> {
            Experiments experiments = coordinator().experiments();
            ExperimentStore.Created created = experiments.submit(experiments.check(request.getSource()));
            String id = created.experiment().id();
            if (created.experiment().cancelled()) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("Experiment " + id + " was cancelled; submit it under another name")
                        .asRuntimeException();
            }
            return SubmitExperimentResponse.newBuilder()
                    .setExperiment(status(id))
                    .setCreated(created.isNew())
                    .build();
        });
    }

    @Override
    @Blocking
    public void getExperiment(GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
        answer(
                observer,
                () -> GetExperimentResponse.newBuilder()
                        .setExperiment(status(request.getExperimentId()))
                        .build());
    }

    @Override
    @Blocking
    public void listExperiments(ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> observer) {
        answer(observer, () -> {
            int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
            if (size < 1 || size > LARGEST_PAGE) {
                throw Status.INVALID_ARGUMENT
                        .withDescription("page_size must be 1 to " + LARGEST_PAGE + ", or 0 for " + DEFAULT_PAGE)
                        .asRuntimeException();
            }
            Views views = coordinator().experiments().views();
            List<ExperimentStatus> all = views.all();
            if (!request.getPageToken().isEmpty()) {
                PageToken token = PageToken.parse(request.getPageToken());
                all = all.stream().filter(token::before).toList();
            }
            ListExperimentsResponse.Builder response = ListExperimentsResponse.newBuilder()
                    .addAllExperiments(views.filled(all.subList(0, Math.min(size, all.size()))));
            if (all.size() > size) {
                response.setNextPageToken(PageToken.after(all.get(size - 1)).text());
            }
            return response.build();
        });
    }

    @Override
    @Blocking
    public void watchExperiment(WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> observer) {
        try {
            coordinator().watches().add(status(request.getExperimentId()), Peer.host(), (ServerCallStreamObserver<
                            WatchExperimentResponse>)
                    observer);
        } catch (Throwable e) {
            observer.onError(CallErrors.of(e));
        }
    }

    @Override
    @Blocking
    public void cancelExperiment(CancelExperimentRequest request, StreamObserver<CancelExperimentResponse> observer) {
        answer(observer, () -> {
            coordinator().experiments().cancel(request.getExperimentId());
            return CancelExperimentResponse.newBuilder()
                    .setExperiment(status(request.getExperimentId()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void retryExperiment(RetryExperimentRequest request, StreamObserver<RetryExperimentResponse> observer) {
        answer(observer, () -> {
            List<ArtifactKey> retried = coordinator().experiments().retry(request.getExperimentId());
            return RetryExperimentResponse.newBuilder()
                    .setExperiment(status(request.getExperimentId()))
                    .addAllRetriedKeys(retried.stream().map(ArtifactKey::hex).toList())
                    .build();
        });
    }

    @Override
    @Blocking
    public void getWaste(GetWasteRequest request, StreamObserver<GetWasteResponse> observer) {
        answer(observer, () -> {
            Optional<StoredExperiment> one = Optional.of(request.getExperimentId())
                    .filter(id -> !id.isEmpty())
                    .map(this::stored);
            return coordinator().experiments().results().waste(one);
        });
    }

    @Override
    @Blocking
    public void getReport(GetReportRequest request, StreamObserver<GetReportResponse> observer) {
        answer(observer, () -> {
            StoredExperiment stored = stored(request.getExperimentId());
            return GetReportResponse.newBuilder()
                    .setReport(coordinator().experiments().results().report(stored, request.getByQuestionType()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void listWorkers(ListWorkersRequest request, StreamObserver<ListWorkersResponse> observer) {
        answer(
                observer,
                () -> ListWorkersResponse.newBuilder()
                        .addAllWorkers(Waiting.on(coordinator().dispatcher().workers()))
                        .build());
    }

    @Override
    @Blocking
    public void solveSparsity(SolveSparsityRequest request, StreamObserver<SolveSparsityResponse> observer) {
        answer(observer, () -> {
            Map<String, Long> maskable =
                    coordinator().experiments().model(request.getModel()).getMaskableMap();
            return SolveSparsityResponse.newBuilder()
                    .setSparsity(SparsitySolver.solve(request.getSparsity(), maskable))
                    .putAllMaskable(maskable)
                    .build();
        });
    }

    @Override
    @Blocking
    public void collectGarbage(CollectGarbageRequest request, StreamObserver<CollectGarbageResponse> observer) {
        try {
            coordinator().experiments().collectGarbage(request, new GarbageStream(observer, System::nanoTime));
            observer.onCompleted();
        } catch (Throwable e) {
            observer.onError(CallErrors.of(e));
        }
    }

    private static PlannedTask planned(PlanTask task, Set<ArtifactKey> done, Optional<Double> seconds) {
        PlannedTask.Builder planned = PlannedTask.newBuilder()
                .setKey(task.key().hex())
                .setKind(task.kind())
                .setLabel(task.label())
                .addAllDependsOn(task.dependsOn().stream().map(key -> key.hex()).toList())
                .setDone(done.contains(task.key()))
                .setUsedByRuns(task.usedByRuns());
        seconds.ifPresent(planned::setDeviceSeconds);
        return planned.build();
    }

    private Coordinator coordinator() {
        return source.coordinator()
                .orElseThrow(() ->
                        Status.UNAVAILABLE.withDescription(source.whyNot()).asRuntimeException());
    }

    private StoredExperiment stored(String id) {
        return coordinator().experiments().find(id).orElseThrow(() -> CallErrors.noExperiment(id));
    }

    private ExperimentStatus status(String id) {
        return coordinator().experiments().status(id);
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
        T response;
        try {
            response = call.get();
        } catch (Throwable e) {
            observer.onError(CallErrors.of(e));
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }
}
