package org.crvqa.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.study.sparsity.SparsitySolver;
import org.crvqa.study.spec.Methods;
import org.crvqa.study.spec.Patterns;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Sparsity;

/** The cells of an experiment that was found valid, in the order of its report. */
final class CellMatrix {
    private final Experiment experiment;

    private final boolean wholeAtZero;

    /** {@code wholeAtZero}: whether a rate of 0 makes no zero, where a block does not say. */
    CellMatrix(Experiment experiment, boolean wholeAtZero) {
        this.experiment = experiment;
        this.wholeAtZero = wholeAtZero;
    }

    /** One per stage-1 loss. */
    List<Cell> dense(Inputs.Model model) {
        return experiment.getStage1LossesList().stream()
                .map(loss -> cell(model, loss, Optional.empty(), Optional.empty()))
                .toList();
    }

    /** Blocks may overlap; a cell is one row of the report all the same. */
    List<Cell> subnetworks(Inputs.Model model) {
        return experiment.getSubnetworksList().stream()
                .flatMap(block -> cells(model, block).stream())
                .distinct()
                .toList();
    }

    private List<Cell> cells(Inputs.Model model, SubnetworkSearch block) {
        List<LossKind> dense =
                block.getStage1LossesCount() > 0 ? block.getStage1LossesList() : experiment.getStage1LossesList();
        List<Optional<LossKind>> losses = Methods.trains(block.getMethod())
                ? block.getLossesList().stream().map(Optional::of).toList()
                : List.of(Optional.empty());
        List<Cell> cells = new ArrayList<>();
        for (LossKind stage1 : dense) {
            for (Optional<LossKind> loss : losses) {
                for (Sparsity sparsity : sparsities(model, block)) {
                    Cell found = cell(model, stage1, search(block, loss, sparsity), Optional.empty());
                    cells.add(found);
                    block.getStage3LossesList()
                            .forEach(last -> cells.add(cell(model, stage1, found.search(), Optional.of(last))));
                }
            }
        }
        return cells;
    }

    private Cell cell(Inputs.Model model, LossKind stage1, Optional<Cell.Search> search, Optional<LossKind> stage3) {
        return new Cell(model.name(), stage1, search, stage3, Precisions.of(experiment, search, stage3));
    }

    private Optional<Cell.Search> search(SubnetworkSearch block, Optional<LossKind> loss, Sparsity sparsity) {
        return Optional.of(new Cell.Search(
                block.getMethod(),
                loss,
                sparsity,
                SearchDefaults.mask(block, sparsity, wholeAtZero),
                SearchDefaults.iterative(block),
                block.hasDistillation() ? Optional.of(block.getDistillation()) : Optional.empty()));
    }

    private static List<Sparsity> sparsities(Inputs.Model model, SubnetworkSearch block) {
        Stream<Double> rates = Patterns.parse(block.getPattern())
                .map(pattern -> Stream.of(Patterns.rate(pattern)))
                .orElseGet(() -> block.getSparsitiesList().stream());
        Stream<Sparsity> modalities = block.getModalitySparsitiesList().stream()
                .map(given -> SparsitySolver.solve(given, model.summary().getMaskableMap()))
                .map(solved -> SearchDefaults.modalities(solved, block));
        return Stream.concat(rates.map(rate -> SearchDefaults.uniform(rate, block)), modalities)
                .distinct()
                .toList();
    }
}
