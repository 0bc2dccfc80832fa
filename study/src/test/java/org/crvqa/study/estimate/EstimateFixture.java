package org.crvqa.study.estimate;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.MeasuredModel;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.TaskSpec;

/** The sample's plan, rates for it, and a store of manifests. */
final class EstimateFixture {
    static final String CONFIG = "{\"hidden_size\":64}";
    private static final ArtifactKey MODEL = Samples.inputs().models().get(0).key();

    final Map<ArtifactKey, Manifest> store = new HashMap<>();
    final List<MeasuredRate> given = new ArrayList<>();
    final List<Plan> others = new ArrayList<>();

    EstimateFixture() {
        store.put(
                Samples.inputs().datasetKey(),
                Manifest.newBuilder().setDataset(Samples.DATASET).build());
        store.put(
                MODEL,
                Manifest.newBuilder()
                        .setSpec(TaskSpec.newBuilder()
                                .setModel(ModelSpec.newBuilder().setConfigJson(CONFIG)))
                        .setModel(Samples.MODEL.toBuilder()
                                .setArchitecture(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT)
                                .setParameters(61_000))
                        .build());
    }

    /** 0.5 s a step of 64 in stages 1 and 3, 0.25 s in stage 2, 1000 questions a second. */
    EstimateFixture givenAll() {
        given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5));
        given.add(rate(WorkKind.WORK_KIND_STAGE2, 64, 0.25));
        given.add(rate(WorkKind.WORK_KIND_STAGE3, 64, 0.5));
        given.add(rate(WorkKind.WORK_KIND_EVALUATE, 200, 0.2));
        return this;
    }

    static MeasuredRate rate(WorkKind work, int batchSize, double secondsPerStep) {
        return MeasuredRate.newBuilder()
                .setWork(work)
                .setModel(MeasuredModel.newBuilder()
                        .setArchitecture(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT)
                        .setParameters(61_000))
                .setBatchSize(batchSize)
                .setSecondsPerStep(secondsPerStep)
                .setExamplesPerSecond(batchSize / secondsPerStep)
                .setAnswers(23)
                .setDevice("gpu:0")
                .setDeviceName("H100")
                .setThreads(1)
                .setSource("bench.json")
                .build();
    }

    static Experiment experiment(Consumer<Experiment.Builder> change) {
        Experiment.Builder experiment = Samples.experiment().toBuilder();
        change.accept(experiment);
        return experiment.build();
    }

    /** As a worker on a CPU leaves it. */
    Producer.Builder producer(double deviceSeconds, long finished) {
        return Producer.newBuilder()
                .setDevice("cpu")
                .setThreads(1)
                .setDeviceSeconds(deviceSeconds)
                .setFinished(Timestamp.newBuilder().setSeconds(finished));
    }

    ArtifactKey done(Plan plan, String label, Producer.Builder producer) {
        ArtifactKey key = task(plan, label).key();
        store.put(key, Manifest.newBuilder().setProducer(producer).build());
        return key;
    }

    static PlanTask task(Plan plan, String label) {
        return plan.tasks().stream()
                .filter(task -> task.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No task '" + label + "'"));
    }

    PlanEstimate estimate(Experiment experiment) {
        return estimate(Samples.plan(experiment)).whole();
    }

    Estimates.Estimated estimate(Plan plan) {
        Set<ArtifactKey> done = new HashSet<>(store.keySet());
        return new Estimates(plan, done, Map.of(MODEL, "tiny"), key -> Optional.ofNullable(store.get(key)))
                .estimate(given, others.iterator());
    }

    static WorkEstimate work(PlanEstimate estimate, WorkKind work) {
        return estimate.getWorksList().stream()
                .filter(row -> row.getWork() == work)
                .findFirst()
                .orElseThrow();
    }
}
