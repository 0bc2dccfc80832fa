package org.crvqa.study.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.study.Samples;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.WeightSource;
import org.junit.jupiter.api.Test;

class ExperimentYamlTest {
    @Test
    void parse_sampleFile_everyKeyArrives() {
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(Samples.yaml());

        assertThat(parsed.violations().list()).isEmpty();
        Experiment experiment = parsed.experiment();
        assertThat(experiment.getName()).isEqualTo("small");
        assertThat(experiment.getProtocol()).isEqualTo(Protocol.PROTOCOL_PAPER);
        assertThat(experiment.getModels(0).getWeights()).isEqualTo(WeightSource.WEIGHT_SOURCE_PER_SEED);
        assertThat(experiment.getStage1LossesList()).containsExactly(LossKind.LOSS_KIND_BCE, LossKind.LOSS_KIND_LMH);
        assertThat(experiment.getSubnetworks(1).getMethod()).isEqualTo(PruneMethod.PRUNE_METHOD_MAGNITUDE);
        assertThat(experiment.getSubnetworks(0).getSparsitiesList()).containsExactly(0.7);
        assertThat(experiment.getSeedsList()).containsExactly(0L, 1L);
        assertThat(experiment.getStage1().getOptimizer()).isEqualTo(OptimizerKind.OPTIMIZER_KIND_ADAMW);
        assertThat(experiment.getStage1().getHeadBias()).isEqualTo(HeadBias.HEAD_BIAS_TRAINING_PRIOR);
        assertThat(experiment.getStage1().hasDropoutHead()).isTrue();
        assertThat(experiment.getStage2().getThresholdEverySteps()).isEqualTo(50);
        assertThat(experiment.getEvaluate(1).getName()).isEqualTo("test");
    }

    @Test
    void parse_unknownKeyInside_namesPlacePathAndNearestKey() {
        assertThat(descriptions("name: a\nstage1:\n  steps: 5\n  learning_rat: 0.1\n")
                        .get(0))
                .startsWith("line 4, column 3: stage1: unknown key 'learning_rat'; did you mean 'learning_rate'?"
                        + " Allowed: batch_size, steps, epochs, learning_rate,");
    }

    @Test
    void parse_unknownKeyAtTop_namesPlace() {
        assertThat(descriptions("name: a\nseedz: [1]\n"))
                .singleElement()
                .asString()
                .startsWith("line 2, column 1: unknown key 'seedz'; did you mean 'seeds'? Allowed: name, dataset");
    }

    @Test
    void parse_unknownEnumValue_namesPlacePathAndAllowed() {
        assertThat(descriptions("name: a\nstage1_losses: [bce, lmhh]\n"))
                .containsExactly("line 2, column 22: stage1_losses[1]: unknown value 'lmhh'; did you mean 'lmh'?"
                        + " Allowed: bce, lmh, ce, poe, reweight, lpf, rubi");
    }

    @Test
    void parse_wrongTypes_eachIsReportedAtItsPlace() {
        String yaml = """
                name: 5
                dataset: [sample]
                priority: high
                seeds: 1
                stage1: fast
                stage2:
                  batch_size: 1.5
                  learning_rate: "0.1"
                  steps: 3000000000
                losses:
                  lmh_train_mixin: yes
                evaluate:
                  - iid
                """;

        assertThat(descriptions(yaml))
                .containsExactly(
                        "line 1, column 7: name: expected text (quote it if it looks like a number), found '5'",
                        "line 2, column 10: dataset: expected text (quote it if it looks like a number), found a list",
                        "line 3, column 11: priority: expected a whole number in -2147483648..2147483647, found 'high'",
                        "line 4, column 8: seeds: expected a list, such as [a, b]",
                        "line 5, column 9: stage1: expected a map of keys, found 'fast'",
                        "line 7, column 15: stage2.batch_size: expected a whole number in -2147483648..2147483647,"
                                + " found '1.5'",
                        "line 8, column 18: stage2.learning_rate: expected a number, found the quoted text '0.1'",
                        "line 9, column 10: stage2.steps: expected a whole number in -2147483648..2147483647, found"
                                + " '3000000000'",
                        "line 11, column 20: losses.lmh_train_mixin: expected true or false, found 'yes'",
                        "line 13, column 5: evaluate[0]: expected a map of keys, found 'iid'");
    }

    @Test
    void parse_duplicateKey_isRefused() {
        assertThat(descriptions("name: a\nname: b\n"))
                .containsExactly("line 2, column 1: name: the key is given twice; keep one");
    }

    @Test
    void parse_scientificNumbersAndLargeSeeds_areRead() {
        Experiment experiment = ExperimentYaml.parse("seeds: [18446744073709551615]\nstage1: {learning_rate: 5e-5}\n")
                .experiment();

        assertThat(experiment.getSeeds(0)).isEqualTo(-1L);
        assertThat(experiment.getStage1().getLearningRate()).isEqualTo(5e-5);
    }

    @Test
    void parse_aliasesTagsAndDepth_areRefused() {
        assertThat(refusal("name: &a b\ndataset: *a\n"))
                .isEqualTo("line 1, column 7: anchors (&) and aliases (*) are not allowed; write the value out");
        assertThat(refusal("name: !!str b\n"))
                .isEqualTo("line 1, column 7: tags (!) are not allowed; write the plain value");
        assertThat(refusal("name: " + "[".repeat(100_000))).contains("nested more than 16 deep");
        assertThat(refusal("name: a\n---\nname: b\n")).contains("line 2").contains("a second document");
    }

    @Test
    void parse_notYamlEmptyOrHuge_isRefusedWithOneMessage() {
        assertThat(refusal("name: [a\n")).startsWith("line 2, column 1: not YAML: ");
        assertThat(refusal("")).contains("the file is empty");
        assertThat(refusal("#".repeat(300 * 1024))).contains("larger than 256 KiB");
    }

    private static List<String> descriptions(String yaml) {
        return ExperimentYaml.parse(yaml).violations().list().stream()
                .map(Violation::description)
                .toList();
    }

    private static String refusal(String yaml) {
        return catchThrowableOfType(InvalidExperimentException.class, () -> ExperimentYaml.parse(yaml))
                .getMessage();
    }
}
