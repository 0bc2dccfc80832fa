package org.crvqa.study.plan;

import java.util.Comparator;
import java.util.Optional;
import org.crvqa.experiment.v1.ModalitySparsity;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.study.spec.Methods;
import org.crvqa.study.spec.Patterns;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.IterativePruning;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsityScheduleKind;

/** What a block of the matrix says about masks, with the paper's choices where it says nothing. */
final class SearchDefaults {
    private SearchDefaults() {}

    /**
     * Everything that decides the mask; a constant schedule is the same as none and is left out.
     *
     * @param wholeAtZero whether a rate of 0 makes no zero, unless the block says otherwise; written down only where a rate is
     *     0, so that no other task has another key
     */
    static MaskSettings mask(SubnetworkSearch block, Sparsity sparsity, boolean wholeAtZero) {
        MaskSettings.Builder mask = MaskSettings.newBuilder()
                .setInitialisation(Methods.initialisation(block))
                .setBiases(block.getMaskBiases())
                .setHead(block.getMaskHead());
        if (block.getMethod() == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            mask.setBinariser(
                    block.getBinariser() == Binariser.BINARISER_UNSPECIFIED
                            ? Binariser.BINARISER_THRESHOLD
                            : block.getBinariser());
        }
        if (block.hasSchedule()
                && block.getSchedule().getKind() != SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_CONSTANT) {
            mask.setSchedule(block.getSchedule());
        }
        Patterns.parse(block.getPattern()).ifPresent(mask::setPattern);
        if (wholeAtZero && hasZeroRate(sparsity, mask.build())) {
            mask.setWholeAtZero(!block.getAtLeastOneZero()).setAtLeastOneZero(block.getAtLeastOneZero());
        }
        return mask.build();
    }

    /** Whether a rate is 0, at the end or where a schedule begins. */
    private static boolean hasZeroRate(Sparsity sparsity, MaskSettings mask) {
        return sparsity.getLanguage() == 0
                || sparsity.getVision() == 0
                || sparsity.getFusion() == 0
                || sparsity.getPooler() == 0
                || sparsity.getLayersList().stream().anyMatch(layer -> layer.getRate() == 0)
                || (mask.hasSchedule() && mask.getSchedule().getInitialSparsity() == 0);
    }

    static Optional<IterativePruning> iterative(SubnetworkSearch block) {
        return block.hasIterative() ? Optional.of(block.getIterative()) : Optional.empty();
    }

    /** The same rate everywhere, but for the block's layers. */
    static Sparsity uniform(double rate, SubnetworkSearch block) {
        return withLayers(
                Sparsity.newBuilder()
                        .setLanguage(rate)
                        .setVision(rate)
                        .setFusion(rate)
                        .setPooler(rate),
                block);
    }

    /** Solved rates. A model of one modality gets that one's rate where it has no matrices. */
    static Sparsity modalities(ModalitySparsity solved, SubnetworkSearch block) {
        return withLayers(
                Sparsity.newBuilder()
                        .setLanguage(solved.getLanguage())
                        .setVision(solved.hasVision() ? solved.getVision() : solved.getLanguage())
                        .setFusion(solved.hasFusion() ? solved.getFusion() : solved.getLanguage())
                        .setPooler(solved.getPooler()),
                block);
    }

    /** Sorted, so that the order in which a person lists layers makes no other task. */
    private static Sparsity withLayers(Sparsity.Builder sparsity, SubnetworkSearch block) {
        block.getLayersList().stream()
                .sorted(Comparator.comparing(LayerSparsity::getName))
                .forEach(sparsity::addLayers);
        return sparsity.build();
    }
}
