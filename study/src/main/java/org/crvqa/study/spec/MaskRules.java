package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;

/** What the mask options of one block of the matrix must satisfy. */
final class MaskRules {
    private final SubnetworkSearch search;
    private final PruneMethod method;
    private final String path;
    private final Violations violations;

    private MaskRules(SubnetworkSearch search, String path, Violations violations) {
        this.search = search;
        this.method = search.getMethod();
        this.path = path;
        this.violations = violations;
    }

    /** {@code path} ends with a dot. */
    static void check(SubnetworkSearch search, String path, Violations violations) {
        if (search.getMethod() != PruneMethod.PRUNE_METHOD_UNSPECIFIED
                && search.getMethod() != PruneMethod.UNRECOGNIZED) {
            new MaskRules(search, path, violations).check();
        }
    }

    private void check() {
        onlyFor(PruneMethod.PRUNE_METHOD_MASK_TRAINING, "binariser");
        onlyFor(PruneMethod.PRUNE_METHOD_MASK_TRAINING, "schedule");
        onlyFor(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE, "iterative");
        initialisation();
        if (search.getBinariser() == Binariser.UNRECOGNIZED) {
            refuse("binariser", "expected one of " + String.join(", ", EnumNames.allowed(Binariser.getDescriptor())));
        }
        if (search.hasSchedule()) {
            schedule(search.getSchedule());
        }
        if (method == PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            Range.COUNT.check(path + "iterative.rounds", search.getIterative().getRounds(), violations);
        }
        if (!search.getPattern().isEmpty()) {
            pattern();
        }
        if (search.getAtLeastOneZero() && !mayHaveZeroRate()) {
            refuse("at_least_one_zero", "has no effect: no rate of this block is 0; remove it");
        }
    }

    /** Rates by modality may be solved to 0. */
    private boolean mayHaveZeroRate() {
        return search.getModalitySparsitiesCount() > 0
                || search.getSparsitiesList().contains(0.0)
                || search.getLayersList().stream().anyMatch(layer -> layer.getRate() == 0)
                || (search.hasSchedule()
                        && search.getSchedule().getKind() != SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_CONSTANT
                        && search.getSchedule().getInitialSparsity() == 0);
    }

    private void onlyFor(PruneMethod owner, String key) {
        FieldDescriptor field = SubnetworkSearch.getDescriptor().findFieldByName(key);
        if (search.hasField(field) && method != owner) {
            refuse(key, "belongs to the method " + EnumNames.of(owner) + " only; remove it here");
        }
    }

    private void initialisation() {
        MaskInitialisation chosen = Methods.initialisation(search);
        if (!initialisations().contains(chosen)) {
            List<String> allowed = initialisations().stream().map(EnumNames::of).toList();
            refuse(
                    "initialisation",
                    "expected one of " + String.join(", ", allowed) + " for the method " + EnumNames.of(method));
        }
    }

    /** Methods that do not train masks have no use for real values, only for which weights go. */
    private Set<MaskInitialisation> initialisations() {
        return switch (method) {
            case PRUNE_METHOD_MASK_TRAINING ->
                EnumSet.complementOf(EnumSet.of(
                        MaskInitialisation.MASK_INITIALISATION_UNSPECIFIED, MaskInitialisation.UNRECOGNIZED));
            case PRUNE_METHOD_MAGNITUDE, PRUNE_METHOD_HEAD_ONLY, PRUNE_METHOD_ITERATIVE_MAGNITUDE ->
                EnumSet.of(
                        MaskInitialisation.MASK_INITIALISATION_MAGNITUDE,
                        MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE);
            case PRUNE_METHOD_RANDOM -> EnumSet.of(MaskInitialisation.MASK_INITIALISATION_UNIFORM);
            case PRUNE_METHOD_UNSPECIFIED, UNRECOGNIZED -> EnumSet.noneOf(MaskInitialisation.class);
        };
    }

    private void schedule(SparsitySchedule schedule) {
        boolean stepwise = schedule.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE;
        if (!stepwise && schedule.getStages() != 0) {
            refuse("schedule.stages", "has no effect unless kind is stepwise; remove it");
        }
        switch (schedule.getKind()) {
            case SPARSITY_SCHEDULE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                refuse("schedule.kind", "expected one of constant, gradual, stepwise");
            case SPARSITY_SCHEDULE_KIND_CONSTANT -> {
                if (schedule.getStartStep() != 0 || schedule.getEndStep() != 0 || schedule.getInitialSparsity() != 0) {
                    refuse("schedule", "a constant rate has no first rate and no steps; keep only the kind");
                }
            }
            case SPARSITY_SCHEDULE_KIND_GRADUAL, SPARSITY_SCHEDULE_KIND_STEPWISE -> rising(schedule, stepwise);
        }
    }

    private void rising(SparsitySchedule schedule, boolean stepwise) {
        Range.FRACTION.check(path + "schedule.initial_sparsity", schedule.getInitialSparsity(), violations);
        Range.NOT_NEGATIVE.check(path + "schedule.start_step", schedule.getStartStep(), violations);
        if (schedule.getEndStep() <= schedule.getStartStep()) {
            refuse("schedule.end_step", "expected a step after start_step (" + schedule.getStartStep() + ")");
        }
        if (search.getBinariser() == Binariser.BINARISER_SIGN
                || search.getInitialisation() == MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE) {
            refuse("schedule", "needs rates that can change, which sign and global_magnitude do not have; remove it");
        }
        if (stepwise) {
            Range.COUNT.check(path + "schedule.stages", schedule.getStages(), violations);
        }
        for (int i = 0; i < search.getSparsitiesCount(); i++) {
            if (search.getSparsities(i) < schedule.getInitialSparsity()) {
                refuse(
                        "schedule.initial_sparsity",
                        "is above the rate " + search.getSparsities(i) + " of this block; the rate can only rise");
            }
        }
        for (LayerSparsity layer : search.getLayersList()) {
            if (layer.getRate() < schedule.getInitialSparsity()) {
                refuse(
                        "schedule.initial_sparsity",
                        "is above the rate " + layer.getRate() + " of layer " + layer.getName()
                                + "; the rate can only rise");
            }
        }
    }

    private void pattern() {
        if (method == PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            refuse(
                    "pattern",
                    "has one rate, which rounds cannot raise little by little; remove it or change the method");
        }
        if (search.hasSchedule()) {
            refuse("schedule", "has no effect beside pattern, which is the rate from the first step on; remove it");
        }
        if (search.getBinariser() == Binariser.BINARISER_SIGN) {
            refuse("binariser", "sign does not control the rate and cannot keep a pattern; remove one of them");
        }
        if (search.getMaskBiases()) {
            refuse("mask_biases", "a bias has no neighbours along an input, as a pattern needs; remove it");
        }
        MaskInitialisation chosen = search.getInitialisation();
        if (chosen == MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE
                || chosen == MaskInitialisation.MASK_INITIALISATION_RANDOM_UNIFORM) {
            refuse("initialisation", EnumNames.of(chosen) + " cannot keep a pattern; remove it or the pattern");
        }
    }

    private void refuse(String key, String message) {
        violations.invalid(path + key, message);
    }
}
