package org.crvqa.study.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;

/**
 * Expands an experiment into tasks: stage 1 per (model, loss, seed), stage 2 per (stage 1, method, loss, sparsity,
 * mask, seed), stage 3 per (stage 2, loss, seed), one evaluation per checkpoint. A function of its arguments alone. For
 * experiments that are new: one that exists has the plan that was made of it then.
 */
public final class Planner {
    private final Experiment experiment;
    private final Inputs inputs;
    private final Release release;
    private final StageDefaults defaults;
    private final PlanBuilder plan = new PlanBuilder();

    private Planner(Experiment experiment, Inputs inputs, Release release) {
        this.experiment = experiment;
        this.inputs = inputs;
        this.release = release;
        this.defaults = new StageDefaults(experiment, inputs.dataset(), release.defaults());
    }

    /** The plan that a release makes of an experiment that was found valid. */
    public static Plan plan(Experiment experiment, Inputs inputs, Release release) {
        return new Planner(experiment, inputs, release).plan();
    }

    /** One run on its way: a cell, its seeds, and the checkpoint of its dense model. */
    private record Dense(Inputs.Model model, Cell cell, Seeds seeds, ArtifactKey key) {
        String where() {
            return ", " + model.name() + ", " + seeds.label();
        }
    }

    private Plan plan() {
        CellMatrix matrix = new CellMatrix(experiment, release.defaults().wholeAtZero());
        for (Inputs.Model model : inputs.models()) {
            runs(model, matrix.dense(model));
        }
        for (Inputs.Model model : inputs.models()) {
            runs(model, matrix.subnetworks(model));
        }
        return plan.build();
    }

    private void runs(Inputs.Model model, List<Cell> cells) {
        for (Cell cell : cells) {
            for (Seeds seeds : new SeedAxes(experiment).of(cell)) {
                Dense dense = new Dense(model, cell, seeds, stage1(model, cell.stage1Loss(), seeds.stage1()));
                if (cell.search().isPresent()) {
                    subnetworkRun(dense, cell.search().get());
                } else {
                    run(
                            dense,
                            List.of(dense.key()),
                            EvaluateSpec.newBuilder().setTrainKey(dense.key().hex()));
                }
            }
        }
    }

    private void subnetworkRun(Dense dense, Cell.Search search) {
        ArtifactKey mask = stage2(dense, search);
        Subnetwork subnetwork = Subnetwork.newBuilder()
                .setStage1Key(dense.key().hex())
                .setStage2Key(mask.hex())
                .build();
        List<ArtifactKey> needed = new ArrayList<>(List.of(dense.key(), mask));
        EvaluateSpec.Builder checkpoint = EvaluateSpec.newBuilder();
        Optional<LossKind> last = dense.cell().stage3Loss();
        if (last.isPresent()) {
            ArtifactKey tuned = stage3(dense, search, subnetwork, last.get());
            needed.add(tuned);
            checkpoint.setTrainKey(tuned.hex());
        } else {
            checkpoint.setSubnetwork(subnetwork);
        }
        run(dense, needed, checkpoint);
    }

    private ArtifactKey stage1(Inputs.Model model, LossKind loss, long seed) {
        TrainSpec spec = TrainSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setModelKey(model.key().hex())
                .setWeights(model.weights())
                .setTraining(defaults.training(Stage.DENSE, loss, Optional.empty()))
                .setSeed(seed)
                .build();
        String label = "stage 1 " + EnumNames.of(loss) + suffix(spec.getTraining()) + ", " + model.name() + ", "
                + Seeds.dense(seed).label();
        return plan.add(TaskKind.TASK_KIND_TRAIN, task().setTrain(spec).build(), label, List.of());
    }

    private ArtifactKey stage2(Dense dense, Cell.Search search) {
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setStage1Key(dense.key().hex())
                .setMethod(search.method())
                .setSparsity(search.sparsity())
                .setMask(search.mask());
        // The magnitude mask is a function of the weights: without seed and settings, every experiment shares it.
        dense.seeds().stage2().ifPresent(spec::setSeed);
        search.loss()
                .ifPresent(loss -> spec.setTraining(defaults.training(Stage.SUBNETWORK, loss, search.distillation())));
        search.iterative().ifPresent(spec::setIterative);
        if (search.method() == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            spec.setThresholdEverySteps(defaults.thresholdEverySteps());
        }
        Seeds seeds = new Seeds(dense.seeds().stage1(), dense.seeds().stage2(), OptionalLong.empty());
        return plan.add(
                TaskKind.TASK_KIND_PRUNE,
                task().setPrune(spec).build(),
                "stage 2 " + dense.cell().searchLabel() + suffix(spec.getTraining()) + ", "
                        + dense.model().name() + ", " + seeds.label(),
                List.of(dense.key()));
    }

    private ArtifactKey stage3(Dense dense, Cell.Search search, Subnetwork subnetwork, LossKind loss) {
        TrainSpec spec = TrainSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setModelKey(dense.model().key().hex())
                .setSubnetwork(subnetwork)
                .setTraining(defaults.training(Stage.PRUNED, loss, search.distillation()))
                .setSeed(dense.seeds().stage3().orElseThrow())
                .build();
        return plan.add(
                TaskKind.TASK_KIND_TRAIN,
                task().setTrain(spec).build(),
                "stage 3 " + dense.cell().nameInAnyPrecision() + suffix(spec.getTraining()) + dense.where(),
                List.of(dense.key(), new ArtifactKey(subnetwork.getStage2Key())));
    }

    private void run(Dense dense, List<ArtifactKey> needed, EvaluateSpec.Builder checkpoint) {
        checkpoint
                .setDatasetKey(inputs.datasetKey().hex())
                .setText(defaults.text())
                .setPrecision(Precisions.evaluation(experiment))
                // Sorted, so that the order in which a person lists splits makes no other task.
                .addAllSplits(experiment.getEvaluateList().stream()
                        .sorted(Comparator.comparing(SplitSelection::getName))
                        .toList());
        List<ArtifactKey> dependsOn =
                checkpoint.hasSubnetwork() ? needed : List.of(new ArtifactKey(checkpoint.getTrainKey()));
        ArtifactKey evaluation = plan.add(
                TaskKind.TASK_KIND_EVALUATE,
                task().setEvaluate(checkpoint).build(),
                "evaluate " + dense.cell().name() + dense.where(),
                dependsOn);
        plan.run(
                dense.cell(),
                dense.seeds(),
                Stream.concat(needed.stream(), Stream.of(evaluation)).toList());
    }

    /** For the label of a training task: its own precision alone, since other experiments may share it. */
    private static String suffix(TrainingSettings training) {
        return training.getPrecision() == Precision.PRECISION_UNSPECIFIED
                ? ""
                : " " + Precisions.word(training.getPrecision());
    }

    private TaskSpec.Builder task() {
        return TaskSpec.newBuilder().setAlgorithmVersion(release.algorithmVersion());
    }
}
