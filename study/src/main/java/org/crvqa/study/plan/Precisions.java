package org.crvqa.study.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;

/**
 * The precisions in which a cell of the matrix is computed. Unspecified is float32, as in task specs.
 *
 * @param stage2 empty for a dense model and for a method that trains nothing
 * @param stage3 empty without a stage 3
 */
public record Precisions(
        Precision stage1, Optional<Precision> stage2, Optional<Precision> stage3, Precision evaluation) {
    static Precisions of(Experiment experiment, Optional<Cell.Search> search, Optional<LossKind> stage3) {
        return new Precisions(
                of(experiment, Stage.DENSE),
                search.flatMap(Cell.Search::loss).map(trained -> of(experiment, Stage.SUBNETWORK)),
                stage3.map(tuned -> of(experiment, Stage.PRUNED)),
                evaluation(experiment));
    }

    /** In which a stage trains and its selection evaluates: its own, else the experiment's. */
    static Precision of(Experiment experiment, Stage stage) {
        return resolve(Selections.settings(experiment, stage).getPrecision(), experiment);
    }

    /** In which checkpoints are scored. */
    static Precision evaluation(Experiment experiment) {
        return resolve(experiment.getEvaluatePrecision(), experiment);
    }

    /** Float32 that is written out is left out of task specs, so that it keeps the keys of an experiment that says nothing. */
    private static Precision resolve(PrecisionChoice own, Experiment experiment) {
        PrecisionChoice choice = own == PrecisionChoice.PRECISION_CHOICE_UNSPECIFIED ? experiment.getPrecision() : own;
        return switch (choice) {
            case PRECISION_CHOICE_BFLOAT16 -> Precision.PRECISION_BFLOAT16;
            case PRECISION_CHOICE_FLOAT32, PRECISION_CHOICE_UNSPECIFIED, UNRECOGNIZED ->
                Precision.PRECISION_UNSPECIFIED;
        };
    }

    /** "float32" or "bfloat16". */
    public static String word(Precision precision) {
        return switch (precision) {
            case PRECISION_UNSPECIFIED -> "float32";
            case PRECISION_BFLOAT16 -> EnumNames.of(precision);
            case UNRECOGNIZED -> "unknown";
        };
    }

    /** "", " bfloat16" where everything is, or " bfloat16=stage1,evaluate": which parts are. */
    String suffix() {
        Map<String, Precision> parts = parts();
        List<String> coarse = new ArrayList<>(parts.keySet());
        coarse.removeIf(part -> parts.get(part) != Precision.PRECISION_BFLOAT16);
        if (coarse.isEmpty()) {
            return "";
        }
        String word = " " + word(Precision.PRECISION_BFLOAT16);
        return coarse.size() == parts.size() ? word : word + "=" + String.join(",", coarse);
    }

    private Map<String, Precision> parts() {
        Map<String, Precision> parts = new LinkedHashMap<>();
        parts.put("stage1", stage1);
        stage2.ifPresent(precision -> parts.put("stage2", precision));
        stage3.ifPresent(precision -> parts.put("stage3", precision));
        parts.put("evaluate", evaluation);
        return parts;
    }
}
