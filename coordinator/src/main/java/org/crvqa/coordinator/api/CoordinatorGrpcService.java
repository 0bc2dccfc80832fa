package org.crvqa.coordinator.api;

import com.google.protobuf.util.Durations;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CancelExperimentResponse;
import org.crvqa.coordinator.v1.CancelOperationRequest;
import org.crvqa.coordinator.v1.CancelOperationResponse;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.GetOperationRequest;
import org.crvqa.coordinator.v1.GetOperationResponse;
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
import org.crvqa.coordinator.v1.PauseExperimentRequest;
import org.crvqa.coordinator.v1.PauseExperimentResponse;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ResumeExperimentRequest;
import org.crvqa.coordinator.v1.ResumeExperimentResponse;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.SolveSparsityRequest;
import org.crvqa.coordinator.v1.SolveSparsityResponse;
import org.crvqa.coordinator.v1.StartGarbageCollectionRequest;
import org.crvqa.coordinator.v1.StartGarbageCollectionResponse;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.coordinator.v1.UpdateExperimentResponse;
import org.crvqa.coordinator.v1.WaitOperationRequest;
import org.crvqa.coordinator.v1.WaitOperationResponse;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentsRequest;
import org.crvqa.coordinator.v1.WatchExperimentsResponse;
import org.crvqa.coordinator.v1.WatchForm;
import org.crvqa.study.estimate.Estimates;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.reading.Reads;
import org.crvqa.study.sparsity.SparsitySolver;

/** The gRPC face of the coordinator. What each call promises stands in coordinator.proto. */
@GrpcService
@Blocking
public class CoordinatorGrpcService implements CoordinatorServiceGrpc.AsyncService, BindableService {
    private static final int DEFAULT_PAGE = 20;
    private static final int LARGEST_PAGE = 100;
    private static final Duration USUAL_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final CoordinatorSource source;

    /** Called by the container. */
    public CoordinatorGrpcService(CoordinatorSource source) {
        this.source = source;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return MalformedRequests.refusedBy(CoordinatorServiceGrpc.bindService(this));
    }

    @Override
    @Blocking
    public void planExperiment(PlanExperimentRequest request, StreamObserver<PlanExperimentResponse> observer) {
        answer(observer, () -> {
            Experiments.Checked checked = coordinator().experiments().check(request.getSource());
            Set<ArtifactKey> done = coordinator().experiments().done(checked.plan());
            Estimates.Estimated estimated =
                    coordinator().experiments().results().estimate(checked, done, request.getRatesList());
            int total = checked.plan().tasks().size();
            boolean told = request.getView() != ExperimentView.EXPERIMENT_VIEW_BASIC && total <= Reads.MOST_TASKS_TOLD;
            PlanExperimentResponse.Builder response = PlanExperimentResponse.newBuilder()
                    .setExperimentId(checked.id())
                    .setRuns(checked.plan().runs().size())
                    .setTasksUnshared(checked.plan().tasksUnshared())
                    .setTasksTotal(total)
                    .setTasksDone(done.size())
                    .setTasksOmitted(!told && total > 0);
            if (told) {
                checked.plan()
                        .tasks()
                        .forEach(task -> response.addTasks(planned(
                                task,
                                done,
                                Optional.ofNullable(estimated.taskSeconds().get(task.key())))));
            }
            return response.setEstimate(estimated.whole()).build();
        });
    }

    @Override
    @Blocking
    public void submitExperiment(SubmitExperimentRequest request, StreamObserver<SubmitExperimentResponse> observer) {
        answer(observer, () -> {
            Experiments experiments = coordinator().experiments();
            ExperimentStore.Created created = experiments.submit(
                    experiments.check(request.getSource(), request.getAgain()), request.getSettings());
            String id = created.experiment().id();
            if (experiments.isCancelled(created.experiment())) {
                throw CallErrors.cancelled(id);
            }
            return SubmitExperimentResponse.newBuilder()
                    .setExperiment(experiments.status(id, request.getView()))
                    .setCreated(created.isNew())
                    .build();
        });
    }

    @Override
    @Blocking
    public void getExperiment(GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
        answer(observer, () -> {
            Reads.Told<ExperimentStatus> told = reads().status(request.getExperimentId(), request.getView());
            GetExperimentResponse.Builder response =
                    GetExperimentResponse.newBuilder().setExperiment(told.content());
            told.asOf().ifPresent(response::setAsOf);
            return response.build();
        });
    }

    @Override
    @Blocking
    public void listExperiments(ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> observer) {
        answer(observer, () -> {
            int size = Pages.size(request.getPageSize(), DEFAULT_PAGE, LARGEST_PAGE);
            Reads reads = reads();
            Reads.Told<List<ExperimentStatus>> told = reads.all();
            List<ExperimentStatus> all = matching(request, told.content(), size + 1L);
            ListExperimentsResponse.Builder response = ListExperimentsResponse.newBuilder()
                    .addAllExperiments(reads.filled(all.subList(0, Math.min(size, all.size()))));
            told.asOf().ifPresent(response::setAsOf);
            if (all.size() > size) {
                response.setNextPageToken(PageToken.after(all.get(size - 1)).text());
            }
            return response.build();
        });
    }

    private static List<ExperimentStatus> matching(
            ListExperimentsRequest request, List<ExperimentStatus> known, long most) {
        Stream<ExperimentStatus> asked = known.stream()
                .filter(status ->
                        request.getStatesCount() == 0 || request.getStatesList().contains(status.getState()))
                .filter(status -> status.getSettings()
                        .getLabelsMap()
                        .entrySet()
                        .containsAll(request.getLabelsMap().entrySet()));
        if (!request.getPageToken().isEmpty()) {
            asked = asked.filter(PageToken.parse(request.getPageToken())::before);
        }
        return asked.limit(most).toList();
    }

    @Override
    @Blocking
    public void watchExperiment(WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> observer) {
        watch(observer, call -> {
            boolean whole = request.getForm() == WatchForm.WATCH_FORM_UNSPECIFIED;
            ExperimentStatus status = coordinator()
                    .experiments()
                    .status(
                            request.getExperimentId(),
                            whole ? ExperimentView.EXPERIMENT_VIEW_FULL : ExperimentView.EXPERIMENT_VIEW_BASIC);
            coordinator().watches().add(request, status, Peer.host(), call);
        });
    }

    @Override
    @Blocking
    public void watchExperiments(WatchExperimentsRequest request, StreamObserver<WatchExperimentsResponse> observer) {
        watch(observer, call -> coordinator().watches().add(request, Peer.host(), call));
    }

    private <T> void watch(StreamObserver<T> observer, Consumer<ServerCallStreamObserver<T>> call) {
        try {
            call.accept((ServerCallStreamObserver<T>) observer);
        } catch (Throwable e) {
            observer.onError(error(e));
        }
    }

    @Override
    @Blocking
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
        answer(observer, () -> coordinator().experiments().tasks(request));
    }

    @Override
    @Blocking
    public void listAttempts(ListAttemptsRequest request, StreamObserver<ListAttemptsResponse> observer) {
        answer(observer, () -> coordinator().experiments().attempts(request));
    }

    @Override
    @Blocking
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
        answer(observer, () -> coordinator().experiments().events(request));
    }

    @Override
    @Blocking
    public void updateExperiment(UpdateExperimentRequest request, StreamObserver<UpdateExperimentResponse> observer) {
        answer(observer, () -> {
            coordinator().experiments().update(request);
            return UpdateExperimentResponse.newBuilder()
                    .setExperiment(summary(request.getExperimentId()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void pauseExperiment(PauseExperimentRequest request, StreamObserver<PauseExperimentResponse> observer) {
        answer(observer, () -> {
            coordinator().experiments().pause(request.getExperimentId(), true, request.getStopRunning());
            return PauseExperimentResponse.newBuilder()
                    .setExperiment(summary(request.getExperimentId()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void resumeExperiment(ResumeExperimentRequest request, StreamObserver<ResumeExperimentResponse> observer) {
        answer(observer, () -> {
            coordinator().experiments().pause(request.getExperimentId(), false, false);
            return ResumeExperimentResponse.newBuilder()
                    .setExperiment(summary(request.getExperimentId()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void cancelExperiment(CancelExperimentRequest request, StreamObserver<CancelExperimentResponse> observer) {
        answer(observer, () -> {
            coordinator().experiments().cancel(request.getExperimentId());
            return CancelExperimentResponse.newBuilder()
                    .setExperiment(coordinator().experiments().status(request.getExperimentId(), request.getView()))
                    .build();
        });
    }

    @Override
    @Blocking
    public void retryExperiment(RetryExperimentRequest request, StreamObserver<RetryExperimentResponse> observer) {
        answer(observer, () -> {
            List<ArtifactKey> retried = coordinator().experiments().retry(request.getExperimentId());
            return RetryExperimentResponse.newBuilder()
                    .setExperiment(coordinator().experiments().status(request.getExperimentId(), request.getView()))
                    .setRetried(retried.size())
                    .addAllRetriedKeys(retried.stream()
                            .limit(Reads.MOST_TASKS_TOLD)
                            .map(ArtifactKey::hex)
                            .toList())
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
            Reads.Told<Report> told = reads().report(request.getExperimentId(), request.getByQuestionType());
            GetReportResponse.Builder response = GetReportResponse.newBuilder().setReport(told.content());
            told.asOf().ifPresent(response::setAsOf);
            return response.build();
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
            coordinator().experiments().operations().run(request, new GarbageStream(observer, System::nanoTime));
            observer.onCompleted();
        } catch (Throwable e) {
            observer.onError(error(e));
        }
    }

    @Override
    @Blocking
    public void startGarbageCollection(
            StartGarbageCollectionRequest request, StreamObserver<StartGarbageCollectionResponse> observer) {
        answer(
                observer,
                () -> StartGarbageCollectionResponse.newBuilder()
                        .setOperation(operations().start(request.getRequest()))
                        .build());
    }

    @Override
    @Blocking
    public void getOperation(GetOperationRequest request, StreamObserver<GetOperationResponse> observer) {
        answer(
                observer,
                () -> GetOperationResponse.newBuilder()
                        .setOperation(operations().get(request.getOperationId()))
                        .build());
    }

    /** No thread waits: the answer is sent by whoever ends the operation, or when the time is over. */
    @Override
    @Blocking
    public void waitOperation(WaitOperationRequest request, StreamObserver<WaitOperationResponse> observer) {
        try {
            operations().await(request.getOperationId(), patience(request)).whenComplete((operation, failed) -> {
                if (operation == null) {
                    observer.onError(error(failed));
                    return;
                }
                observer.onNext(WaitOperationResponse.newBuilder()
                        .setOperation(operation)
                        .build());
                observer.onCompleted();
            });
        } catch (Throwable e) {
            observer.onError(error(e));
        }
    }

    private static Duration patience(WaitOperationRequest request) {
        if (!request.hasTimeout()) {
            return USUAL_WAIT;
        }
        if (!Durations.isValid(request.getTimeout()) || Durations.isNegative(request.getTimeout())) {
            throw CallErrors.refusal(Reason.INVALID_REQUEST, "timeout is no duration of 0 s or more");
        }
        long millis = Math.min(Durations.toMillis(request.getTimeout()), LONGEST_WAIT.toMillis());
        return Duration.ofMillis(millis);
    }

    @Override
    @Blocking
    public void cancelOperation(CancelOperationRequest request, StreamObserver<CancelOperationResponse> observer) {
        answer(
                observer,
                () -> CancelOperationResponse.newBuilder()
                        .setOperation(operations().cancel(request.getOperationId()))
                        .build());
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
                .orElseThrow(() -> CallErrors.refusal(
                        source.leaderElsewhere().isPresent() ? Reason.NOT_LEADER : Reason.STARTING, source.whyNot()));
    }

    /** What is answered by a coordinator that stands by, too. */
    private Reads reads() {
        return source.standby()
                .<Reads>map(standby -> standby)
                .orElseGet(() -> new LeaderReads(coordinator().experiments()));
    }

    private StoredExperiment stored(String id) {
        return coordinator().experiments().find(id).orElseThrow(() -> CallErrors.noExperiment(id));
    }

    private ExperimentStatus summary(String id) {
        return coordinator().experiments().status(id, ExperimentView.EXPERIMENT_VIEW_BASIC);
    }

    private Operations operations() {
        return coordinator().experiments().operations();
    }

    private StatusRuntimeException error(Throwable thrown) {
        return CallErrors.of(thrown, source.leaderElsewhere());
    }

    private <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
        T response;
        try {
            response = call.get();
        } catch (Throwable e) {
            observer.onError(error(e));
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }
}
