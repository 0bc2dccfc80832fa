package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Manifests;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.crvqa.trainer.v1.TrainerServiceGrpc.TrainerServiceBlockingStub;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that arrive twice, late, with another body, or from a program of another version; the test is the caller. */
@Timeout(600)
class CallFaultIT {
    private static final int STEPS = 60;
    private static final int UNKNOWN_FIELD = 999;

    @TempDir
    private static Path folder;

    private static FaultCluster cluster;
    private static ManagedChannel channel;
    private static TrainerServiceBlockingStub trainer;

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterPlan.in(folder.resolve("calls"))
                .with(ServiceKind.TRAINER, 1)
                .with(ServiceKind.EVALUATOR, 0)
                .start();
        channel = Grpc.newChannelBuilder(
                        "127.0.0.1:" + cluster.service("trainer").grpcPort(), InsecureChannelCredentials.create())
                .build();
        trainer = TrainerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(500, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        channel.shutdownNow();
        cluster.close();
    }

    @Test
    void row24_sameTaskSentTwiceAndAgainWhenDone_isDoneOnce() throws Exception {
        String yaml = Experiments.dense("row24", STEPS, 24);
        TaskAssignment assignment = assignment(yaml);

        CompletableFuture<Manifest> first = CompletableFuture.supplyAsync(() -> train(assignment));
        CompletableFuture<Manifest> second = CompletableFuture.supplyAsync(() -> train(assignment));
        Manifest later = train(assignment.toBuilder().setAttempt(2).build());

        assertThat(first.join()).isEqualTo(second.join()).isEqualTo(later);
        assertThat(Manifests.contentDigest(later)).isEqualTo(Reference.of(yaml).get(assignment.getKey()));
        assertThat(trainer.cancel(CancelRequest.newBuilder()
                                .setKey(assignment.getKey())
                                .build())
                        .getWasRunning())
                .as("a cancel that arrives after the end")
                .isFalse();
        assertThat(cluster.store().artifacts().require(new ArtifactKey(assignment.getKey())))
                .isEqualTo(later);
    }

    @Test
    void row24_sameKeyWithAnotherSpec_isRefused() throws Exception {
        TaskAssignment assignment = assignment(Experiments.dense("row24-other", STEPS, 24));
        TaskSpec other = assignment.getSpec().toBuilder().setReplica("other").build();

        assertThatThrownBy(() -> train(assignment.toBuilder().setSpec(other).build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void row24_sameExperimentSubmittedTwice_isOneExperiment() {
        String yaml = Experiments.dense("row24-twice", STEPS, 25);
        CoordinatorClient client = cluster.client();

        SubmitExperimentResponse first = client.submit(yaml, "fault.yaml");
        SubmitExperimentResponse second = client.submit(yaml, "fault.yaml");
        client.cancel(first.getExperiment().getId());

        assertThat(first.getCreated()).isTrue();
        assertThat(second.getCreated()).isFalse();
        assertThat(second.getExperiment().getId())
                .isEqualTo(first.getExperiment().getId());
    }

    @Test
    void row5_assignmentOfAnotherVersion_isTakenWithoutTheNewFieldsAndWithUnknownOnes() throws Exception {
        TaskAssignment older = assignment(Experiments.dense("row5", STEPS / 3, 51));
        TaskAssignment newer = assignment(Experiments.dense("row5", STEPS / 3, 52)).toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                UNKNOWN_FIELD,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();

        assertThat(older.getTerm()).isZero();
        assertThat(train(older).getKey()).isEqualTo(older.getKey());
        assertThat(train(newer).getKey()).isEqualTo(newer.getKey());
    }

    /** The first attempt at the only training task of an experiment, as a coordinator would send it. */
    private static TaskAssignment assignment(String yaml) throws Exception {
        String key = cluster.client().plan(yaml, "fault.yaml").getTasksList().stream()
                .filter(task -> task.getKind() == TaskKind.TASK_KIND_TRAIN)
                .map(PlannedTask::getKey)
                .findFirst()
                .orElseThrow();
        return TaskAssignment.newBuilder()
                .setSpec(Reference.spec(yaml, key))
                .setKey(key)
                .setAttempt(1)
                .build();
    }

    private static Manifest train(TaskAssignment assignment) {
        Iterator<TrainResponse> events = trainer.train(
                TrainRequest.newBuilder().setAssignment(assignment).build());
        TaskEvent last = TaskEvent.getDefaultInstance();
        while (events.hasNext()) {
            last = events.next().getEvent();
        }
        assertThat(List.of(last.getEventCase())).as("%s", last).containsExactly(TaskEvent.EventCase.COMPLETED);
        return last.getCompleted().getManifest();
    }
}
