package org.crvqa.coordinator.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.spec.EnumNames;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.ModalitySparsity;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;

/**
 * Expands an experiment into tasks: stage 1 per (model, loss, seed), stage 2 per (stage 1, method, loss, sparsity,
 * seed), stage 3 per (stage 2, loss), one evaluation per checkpoint. A function of its arguments alone: the same
 * experiment gives the same tasks in the same order after every restart.
 */
public final class Planner {
    /** Raised when the meaning of a spec changes, so that results are computed anew. */
    private static final int ALGORITHM_VERSION = 2;

    private final Experiment experiment;
    private final Inputs inputs;
    private final StageDefaults defaults;
    private final PlanBuilder plan = new PlanBuilder();

    private Planner(Experiment experiment, Inputs inputs) {
        this.experiment = experiment;
        this.inputs = inputs;
        this.defaults = new StageDefaults(experiment, Inputs.trainingQuestions(inputs.dataset()));
    }

    /** The plan of an experiment that was found valid. */
    public static Plan plan(Experiment experiment, Inputs inputs) {
        return new Planner(experiment, inputs).plan();
    }

    /** A stage-1 checkpoint and how it came about. */
    private record Dense(Inputs.Model model, LossKind loss, long seed, ArtifactKey key) {
        String where() {
            return ", " + model.name() + ", seed " + Long.toUnsignedString(seed);
        }
    }

    private Plan plan() {
        for (Inputs.Model model : inputs.models()) {
            for (LossKind loss : experiment.getStage1LossesList()) {
                Cell cell = new Cell(model.name(), loss, Optional.empty(), Optional.empty());
                for (long seed : experiment.getSeedsList()) {
                    Dense dense = new Dense(model, loss, seed, stage1(model, loss, seed));
                    run(
                            cell,
                            dense,
                            List.of(dense.key()),
                            EvaluateSpec.newBuilder().setTrainKey(dense.key().hex()));
                }
            }
        }
        for (Inputs.Model model : inputs.models()) {
            // Blocks may overlap; a cell is one row of the report all the same.
            experiment.getSubnetworksList().stream()
                    .flatMap(block -> cells(model, block).stream())
                    .distinct()
                    .forEach(this::subnetworkRuns);
        }
        return plan.build();
    }

    private List<Cell> cells(Inputs.Model model, SubnetworkSearch block) {
        List<LossKind> dense =
                block.getStage1LossesCount() > 0 ? block.getStage1LossesList() : experiment.getStage1LossesList();
        List<Optional<LossKind>> losses = block.getMethod() == PruneMethod.PRUNE_METHOD_MAGNITUDE
                ? List.of(Optional.empty())
                : block.getLossesList().stream().map(Optional::of).toList();
        List<Sparsity> sparsities = Stream.concat(
                        block.getSparsitiesList().stream().map(Planner::uniform),
                        block.getModalitySparsitiesList().stream().map(Planner::rates))
                .distinct()
                .toList();
        List<Cell> cells = new ArrayList<>();
        for (LossKind stage1 : dense) {
            for (Optional<LossKind> loss : losses) {
                for (Sparsity sparsity : sparsities) {
                    Optional<Cell.Search> search = Optional.of(new Cell.Search(block.getMethod(), loss, sparsity));
                    cells.add(new Cell(model.name(), stage1, search, Optional.empty()));
                    block.getStage3LossesList()
                            .forEach(last -> cells.add(new Cell(model.name(), stage1, search, Optional.of(last))));
                }
            }
        }
        return cells;
    }

    private void subnetworkRuns(Cell cell) {
        Inputs.Model model = inputs.models().stream()
                .filter(candidate -> candidate.name().equals(cell.model()))
                .findFirst()
                .orElseThrow();
        for (long seed : experiment.getSeedsList()) {
            Dense dense = new Dense(model, cell.stage1Loss(), seed, stage1(model, cell.stage1Loss(), seed));
            ArtifactKey mask = stage2(cell, dense);
            Subnetwork subnetwork = Subnetwork.newBuilder()
                    .setStage1Key(dense.key().hex())
                    .setStage2Key(mask.hex())
                    .build();
            List<ArtifactKey> needed = new ArrayList<>(List.of(dense.key(), mask));
            EvaluateSpec.Builder checkpoint = EvaluateSpec.newBuilder();
            if (cell.stage3Loss().isPresent()) {
                ArtifactKey tuned =
                        stage3(cell, dense, subnetwork, cell.stage3Loss().get());
                needed.add(tuned);
                checkpoint.setTrainKey(tuned.hex());
            } else {
                checkpoint.setSubnetwork(subnetwork);
            }
            run(cell, dense, needed, checkpoint);
        }
    }

    private ArtifactKey stage1(Inputs.Model model, LossKind loss, long seed) {
        TrainSpec spec = TrainSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setModelKey(model.key().hex())
                .setWeights(model.weights())
                .setTraining(defaults.training(Stage.DENSE, loss))
                .setSeed(seed)
                .build();
        String label = "stage 1 " + EnumNames.of(loss) + ", " + model.name() + ", seed " + Long.toUnsignedString(seed);
        return plan.add(TaskKind.TASK_KIND_TRAIN, task().setTrain(spec).build(), label, List.of());
    }

    private ArtifactKey stage2(Cell cell, Dense dense) {
        Cell.Search search = cell.search().orElseThrow();
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setStage1Key(dense.key().hex())
                .setMethod(search.method())
                .setSparsity(search.sparsity());
        // The magnitude mask is a function of the weights: without seed and settings, every experiment shares it.
        search.loss()
                .ifPresent(loss -> spec.setTraining(defaults.training(Stage.SUBNETWORK, loss))
                        .setSeed(dense.seed()));
        if (search.method() == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            spec.setThresholdEverySteps(defaults.thresholdEverySteps());
        }
        return plan.add(
                TaskKind.TASK_KIND_PRUNE,
                task().setPrune(spec).build(),
                "stage 2 " + cell.searchLabel() + dense.where(),
                List.of(dense.key()));
    }

    private ArtifactKey stage3(Cell cell, Dense dense, Subnetwork subnetwork, LossKind loss) {
        TrainSpec spec = TrainSpec.newBuilder()
                .setDatasetKey(inputs.datasetKey().hex())
                .setModelKey(dense.model().key().hex())
                .setSubnetwork(subnetwork)
                .setTraining(defaults.training(Stage.PRUNED, loss))
                .setSeed(dense.seed())
                .build();
        return plan.add(
                TaskKind.TASK_KIND_TRAIN,
                task().setTrain(spec).build(),
                "stage 3 " + cell.name() + dense.where(),
                List.of(dense.key(), new ArtifactKey(subnetwork.getStage2Key())));
    }

    private void run(Cell cell, Dense dense, List<ArtifactKey> needed, EvaluateSpec.Builder checkpoint) {
        checkpoint
                .setDatasetKey(inputs.datasetKey().hex())
                .setText(defaults.text())
                // Sorted, so that the order in which a person lists splits makes no other task.
                .addAllSplits(experiment.getEvaluateList().stream()
                        .sorted(Comparator.comparing(SplitSelection::getName))
                        .toList());
        List<ArtifactKey> dependsOn =
                checkpoint.hasSubnetwork() ? needed : List.of(new ArtifactKey(checkpoint.getTrainKey()));
        ArtifactKey evaluation = plan.add(
                TaskKind.TASK_KIND_EVALUATE,
                task().setEvaluate(checkpoint).build(),
                "evaluate " + cell.name() + dense.where(),
                dependsOn);
        plan.run(
                cell,
                dense.seed(),
                Stream.concat(needed.stream(), Stream.of(evaluation)).toList());
    }

    private static TaskSpec.Builder task() {
        return TaskSpec.newBuilder().setAlgorithmVersion(ALGORITHM_VERSION);
    }

    private static Sparsity rates(ModalitySparsity rates) {
        return Sparsity.newBuilder()
                .setLanguage(rates.getLanguage())
                .setVision(rates.getVision())
                .setFusion(rates.getFusion())
                .setPooler(rates.getPooler())
                .build();
    }

    private static Sparsity uniform(double rate) {
        return Sparsity.newBuilder()
                .setLanguage(rate)
                .setVision(rate)
                .setFusion(rate)
                .setPooler(rate)
                .build();
    }
}
