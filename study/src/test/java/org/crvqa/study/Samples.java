package org.crvqa.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.plan.Inputs;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Planner;
import org.crvqa.study.plan.Release;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.study.spec.Violations;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.WeightSource;

/** A small experiment and what it names. */
public final class Samples {
    public static final DatasetSummary DATASET = DatasetSummary.newBuilder()
            .addSplits(SplitSummary.newBuilder().setName("train").setQuestions(20_000))
            .addSplits(SplitSummary.newBuilder().setName("iid").setQuestions(4_003))
            .addSplits(SplitSummary.newBuilder().setName("test").setQuestions(4_000))
            .setAnswers(23)
            .setVocabularySize(60)
            .setFeatureDim(32)
            .build();
    public static final ModelSummary MODEL = ModelSummary.newBuilder()
            .setVocabularySize(60)
            .setFeatureDim(32)
            .setHiddenSize(64)
            .build();

    private Samples() {}

    public static String yaml() {
        try (InputStream in = Samples.class.getResourceAsStream("/small.yaml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Experiment experiment() {
        return ExperimentYaml.parse(yaml()).experiment();
    }

    /** One dense model with one seed, and its evaluation. */
    public static Experiment dense() {
        return experiment().toBuilder()
                .setName("dense")
                .clearSubnetworks()
                .clearStage1Losses()
                .addStage1Losses(LossKind.LOSS_KIND_BCE)
                .clearSeeds()
                .addSeeds(0)
                .build();
    }

    public static Inputs inputs() {
        return new Inputs(
                new ArtifactKey("d".repeat(64)),
                DATASET,
                List.of(new Inputs.Model(
                        "tiny", new ArtifactKey("a".repeat(64)), WeightSource.WEIGHT_SOURCE_PER_SEED, MODEL)));
    }

    public static Plan plan(Experiment experiment) {
        return plan(experiment, Release.CURRENT);
    }

    public static Plan plan(Experiment experiment, Release release) {
        return Planner.plan(experiment, inputs(), release);
    }

    /** With what its names stand for in a store. */
    public static Plan plan(Experiment experiment, StoreFixture store, Release release) {
        Violations violations = new Violations(Map.of());
        Inputs inputs = new InputResolver(store.names, store.artifacts)
                .resolve(experiment, violations)
                .orElseThrow();
        return Planner.plan(experiment, inputs, release);
    }
}
