package org.crvqa.study.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;

/**
 * What the specs of a plan have in common, each once: they differ from each other in a seed and in the keys of what they
 * read. A spec is its template with the rest merged into it.
 */
final class SpecTemplates {
    private final Map<TaskSpec, Integer> places = new HashMap<>();
    private final List<TaskSpec> templates = new ArrayList<>();

    /** A spec in two parts. @param template its place among {@link #all} */
    record Split(int template, TaskSpec rest) {}

    Split split(TaskSpec spec) {
        TaskSpec common = common(spec);
        TaskSpec rest = rest(spec);
        // Merging is exact for these fields; should it ever not be, a spec is its own template.
        boolean exact = merged(common, rest).equals(spec);
        return exact ? new Split(place(common), rest) : new Split(place(spec), TaskSpec.getDefaultInstance());
    }

    private int place(TaskSpec template) {
        return places.computeIfAbsent(template, added -> {
            templates.add(added);
            return templates.size() - 1;
        });
    }

    List<TaskSpec> all() {
        return templates;
    }

    static TaskSpec merged(TaskSpec template, TaskSpec rest) {
        return template.toBuilder().mergeFrom(rest).build();
    }

    private static TaskSpec common(TaskSpec spec) {
        TaskSpec.Builder common = spec.toBuilder();
        switch (spec.getWorkCase()) {
            case TRAIN -> common.getTrainBuilder().clearSeed().clearSubnetwork();
            case PRUNE -> common.getPruneBuilder().clearSeed().clearStage1Key();
            case EVALUATE -> common.getEvaluateBuilder().clearCheckpoint();
            case DATASET, MODEL, WORK_NOT_SET -> {}
        }
        return common.build();
    }

    private static TaskSpec rest(TaskSpec spec) {
        TaskSpec.Builder rest = TaskSpec.newBuilder();
        switch (spec.getWorkCase()) {
            case TRAIN -> {
                TrainSpec.Builder train =
                        rest.getTrainBuilder().setSeed(spec.getTrain().getSeed());
                if (spec.getTrain().hasSubnetwork()) {
                    train.setSubnetwork(spec.getTrain().getSubnetwork());
                }
            }
            case PRUNE -> {
                PruneSpec prune = spec.getPrune();
                rest.getPruneBuilder().setSeed(prune.getSeed()).setStage1Key(prune.getStage1Key());
            }
            case EVALUATE -> {
                EvaluateSpec evaluate = spec.getEvaluate();
                if (evaluate.hasTrainKey()) {
                    rest.getEvaluateBuilder().setTrainKey(evaluate.getTrainKey());
                } else if (evaluate.hasSubnetwork()) {
                    rest.getEvaluateBuilder().setSubnetwork(evaluate.getSubnetwork());
                }
            }
            case DATASET, MODEL, WORK_NOT_SET -> {}
        }
        return rest.build();
    }
}
