package org.crvqa.study.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.ModelChoice;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.WeightSource;

/** What an experiment must satisfy whatever the store holds. */
public final class ExperimentRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final int MAX_TOKENS = 512;

    private final Experiment experiment;
    private final Violations violations;

    private ExperimentRules(Experiment experiment, Violations violations) {
        this.experiment = experiment;
        this.violations = violations;
    }

    /**
     * Adds to {@code violations} whatever contradicts the rules.
     *
     * @throws InvalidExperimentException when the matrix is too large to be looked at any further
     */
    public static void check(Experiment experiment, Violations violations) {
        MatrixSize.check(experiment, violations);
        new ExperimentRules(experiment, violations).check();
    }

    private void check() {
        UnknownFields.check(experiment, "", violations);
        if (!NAME.matcher(experiment.getName()).matches()) {
            violations.invalid(
                    "name",
                    "expected lower-case letters, digits and '-', at most 40, starting with a letter; found '"
                            + experiment.getName() + "'");
        }
        if (experiment.getDataset().isBlank()) {
            violations.invalid("dataset", "expected the name of a dataset in the store");
        }
        if (experiment.getProtocol() == Protocol.UNRECOGNIZED) {
            violations.invalid("protocol", "expected paper or heldout");
        }
        PrecisionRules.check(experiment, violations);
        models();
        text();
        distinct("stage1_losses", experiment.getStage1LossesList(), "loss, such as [bce, lmh]");
        known("stage1_losses", experiment.getStage1LossesList(), violations);
        SeedRules.check(experiment, violations);
        LossRules.options("losses", experiment.getLosses(), violations);
        heldOut();
        SubnetworkRules.check(experiment, violations);
        StageRules.check(experiment, violations);
        evaluate();
    }

    private void models() {
        List<String> names =
                experiment.getModelsList().stream().map(ModelChoice::getName).toList();
        distinct("models", names, "model, such as [{name: tiny, weights: per_seed}]");
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isBlank()) {
                violations.invalid("models[" + i + "].name", "expected the name of a model in the store");
            }
            if (experiment.getModels(i).getWeights() == WeightSource.UNRECOGNIZED) {
                violations.invalid("models[" + i + "].weights", "expected stored or per_seed");
            }
        }
    }

    private void text() {
        int tokens = experiment.getText().getMaxTokens();
        if (tokens < 0 || tokens > MAX_TOKENS) {
            violations.invalid("text.max_tokens", "expected 1 to " + MAX_TOKENS + ", found " + tokens);
        }
    }

    private void heldOut() {
        if (!experiment.hasHeldOut()) {
            return;
        }
        double fraction = experiment.getHeldOut().getFraction();
        if (experiment.getHeldOut().hasFraction() && !(fraction > 0 && fraction < 1)) {
            violations.invalid("held_out.fraction", "expected a number in (0, 1), found " + fraction);
        }
        if (!HeldOutUse.by(experiment)) {
            violations.invalid(
                    "held_out",
                    "has no effect: no stage chooses its checkpoint by the held-out part; say 'keep: best' in a stage,"
                            + " without a selection_split or with 'selection_split: heldout'");
        }
    }

    private void evaluate() {
        List<SplitSelection> splits = experiment.getEvaluateList();
        distinct(
                "evaluate",
                splits.stream().map(SplitSelection::getName).toList(),
                "split to score, such as [{name: test}]");
        for (int i = 0; i < splits.size(); i++) {
            if (splits.get(i).getName().isBlank()) {
                violations.invalid("evaluate[" + i + "].name", "expected the name of a split of the dataset");
            }
            if (splits.get(i).getMaxQuestions() < 0) {
                violations.invalid("evaluate[" + i + "].max_questions", "expected at least 0 (0: all questions)");
            }
        }
    }

    /** At least one, none twice. */
    private void distinct(String path, List<?> values, String what) {
        distinct(path, values, what, violations);
    }

    static void distinct(String path, List<?> values, String what, Violations violations) {
        if (values.isEmpty()) {
            violations.invalid(path, "expected at least one " + what);
        }
        noDuplicates(path, values, violations);
    }

    static void noDuplicates(String path, List<?> values, Violations violations) {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                violations.invalid(path + "[" + i + "]", "is given twice; keep one");
            }
        }
    }

    static void known(String path, List<LossKind> losses, Violations violations) {
        for (int i = 0; i < losses.size(); i++) {
            LossKind loss = losses.get(i);
            if (loss == LossKind.LOSS_KIND_UNSPECIFIED || loss == LossKind.UNRECOGNIZED) {
                violations.invalid(
                        path + "[" + i + "]",
                        "expected one of " + String.join(", ", EnumNames.allowed(LossKind.getDescriptor())));
            }
        }
    }
}
