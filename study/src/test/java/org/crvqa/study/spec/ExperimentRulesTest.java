package org.crvqa.study.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.study.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentRulesTest {
    @Test
    void check_sample_findsNothing() {
        assertThat(violations(Samples.yaml())).isEmpty();
    }

    @Test
    void check_messageOfANewerVersion_blamesWhatIsNotKnown() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(9000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        Experiment.Builder newer = Samples.experiment().toBuilder();
        newer.getSubnetworksBuilder(1).setUnknownFields(unknown);
        Violations violations = new Violations(Map.of());

        ExperimentRules.check(newer.build(), violations);

        assertThat(violations.list()).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo("subnetworks[1]");
            assertThat(violation.message()).contains("9000");
        });
    }

    /** One change of the sample file each, the path that must be blamed, and what the message must say. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                block("initialisation: magnitude_soft", 1, "initialisation", "magnitude, global_magn"),
                block("binariser: sign", 1, "binariser", "mask_training only"),
                block("iterative: {rounds: 2}", 0, "iterative", "iterative_magnitude only"),
                block("pattern: '4:2'", 0, "pattern", "KEEP below OF"),
                block("pattern: '2:4'", 0, "sparsities", "beside pattern"),
                arguments(
                        "- method: mask_training",
                        "- method: iterative_magnitude\n    iterative: {rounds: 2}\n    pattern: '2:4'",
                        "subnetworks[0].pattern",
                        "which rounds cannot raise"),
                block(
                        "layers: [{name: a, rate: 0.1}]\n    schedule: {kind: gradual, initial_sparsity: 0.2, end_step: 9}",
                        0,
                        "schedule.initial_sparsity",
                        "of layer a"),
                block("distillation: {weight: 0}", 0, "distillation.weight", "greater than 0"),
                block("distillation: {weight: 1}", 1, "distillation", "has no effect"),
                block("at_least_one_zero: true", 0, "at_least_one_zero", "has no effect"),
                block("layers: [{name: a.b, rate: 0}, {name: a, rate: 0}]", 0, "layers[1].name", "layers[0]"),
                block("schedule: {kind: gradual, end_step: 0}", 0, "schedule.end_step", "after start_step"),
                block("schedule: {kind: stepwise, end_step: 9}", 0, "schedule.stages", "at least 1"),
                block(
                        "schedule: {kind: gradual, initial_sparsity: 0.8, end_step: 9}",
                        0,
                        "schedule.initial_sparsity",
                        "can only rise"),
                arguments("seeds: [0, 1]", "stage_seeds: {stage1: []}", "stage_seeds.stage1", "at least one"),
                arguments(
                        "seeds: [0, 1]",
                        "stage_seeds: {stage1: [1], stage3: [2]}",
                        "stage_seeds.stage3",
                        "no block of subnetworks has stage3_losses"),
                arguments("seeds: [0, 1]", "seeds: [1]\nstage_seeds: {stage1: [1]}", "stage_seeds", "beside seeds"),
                arguments("name: small", "name: small\nheld_out: {fraction: 0.1}", "held_out", "has no effect"),
                arguments("name: small", "name: small\nlosses: {lpf_gamma: -1}", "losses.lpf_gamma", "at least 0"),
                arguments("name: small", "name: Small", "name", "starting with a letter"),
                arguments("dataset: sample", "dataset: ''", "dataset", "name of a dataset"),
                arguments("seeds: [0, 1]", "seeds: [0, 1, 0]", "seeds[2]", "given twice"),
                arguments("seeds: [0, 1]", "seeds: []", "seeds", "at least one"),
                arguments("stage1_losses: [bce, lmh]", "stage1_losses: []", "stage1_losses", "at least one"),
                arguments(
                        "stage1_losses: [bce, lmh]",
                        "stage1_losses: [bce]",
                        "subnetworks[0].stage1_losses[0]",
                        "no dense model is trained with lmh"),
                arguments("- name: tiny", "- name: ''", "models[0].name", "name of a model"),
                arguments(
                        "losses: [lmh]\n    spars",
                        "losses: []\n    spars",
                        "subnetworks[0].losses",
                        "at least one loss"),
                arguments("sparsities: [0.7]", "sparsities: [1.0]", "subnetworks[0].sparsities[0]", "[0, 1)"),
                arguments("sparsities: [0.7]", "sparsities: [-0.1]", "subnetworks[0].sparsities[0]", "[0, 1)"),
                arguments("sparsities: [0.7]", "sparsities: []", "subnetworks[0].sparsities", "at least one"),
                arguments("  steps: 1000", "  steps: 1000\n  epochs: 2", "stage1.epochs", "beside steps"),
                arguments("  steps: 1000", "  steps: 0", "stage1.steps", "at least 1"),
                arguments("  batch_size: 64", "  batch_size: 0", "stage1.batch_size", "at least 1"),
                arguments("  warmup_fraction: 0.1", "  warmup_fraction: 1", "stage1.warmup_fraction", "[0, 1)"),
                arguments("  warmup_fraction: 0.1", "  warmup_steps: 1000", "stage1.warmup_steps", "below steps"),
                arguments("  dropout_head: 0", "  dropout_head: 1.5", "stage1.dropout_head", "[0, 1)"),
                arguments("  learning_rate: 0.001", "  learning_rate: 0", "stage1.learning_rate", "greater than 0"),
                arguments(
                        "  head_bias: training_prior",
                        "  threshold_every_steps: 5",
                        "stage1.threshold_every_steps",
                        "stage2 only"),
                arguments("  threshold_every_steps: 50", "  head_bias: uniform", "stage2.head_bias", "stage1 only"),
                arguments("  steps: 1000", "  selection_split: iid", "stage1.selection_split", "without 'keep: best'"),
                arguments("evaluate: [{name: iid}, {name: test}]", "evaluate: []", "evaluate", "at least one"),
                arguments(
                        "    losses: [lmh]\n    sparsities: [0.7]\nseeds",
                        "    losses: [lmh]\n    sparsities: [0.7]\nstage3: {precision: bfloat16}\nseeds",
                        "stage3.precision",
                        "no block of subnetworks has stage3_losses"),
                arguments("{name: iid}, {name: test}", "{name: iid}, {name: iid}", "evaluate[1]", "given twice"),
                arguments("text: {max_tokens: 9}", "text: {max_tokens: 513}", "text.max_tokens", "1 to 512"));
    }

    /** A key added to block 0 (mask_training) or 1 (magnitude) of the sample. */
    private static Arguments block(String key, int block, String path, String message) {
        String method = block == 0 ? "- method: mask_training" : "- method: magnitude";
        return arguments(method, method + "\n    " + key, "subnetworks[" + block + "]." + path, message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void check_oneMistake_blamesItsKeyWithItsPlace(String from, String to, String path, String message) {
        assertThat(violations(replaceFirst(from, to))).anySatisfy(violation -> {
            assertThat(violation.path()).isEqualTo(path);
            assertThat(violation.message()).contains(message);
            assertThat(violation.position()).isPresent();
        });
    }

    @Test
    void check_unknownPrecision_saysWhichThereAre() {
        for (String key : List.of("precision", "evaluate_precision", "stage2.precision")) {
            boolean stage = key.startsWith("stage2.");
            String yaml = stage
                    ? Samples.yaml().replace("  steps: 500", "  steps: 500\n  precision: float16")
                    : Samples.yaml() + key + ": float16\n";

            assertThat(violations(yaml)).singleElement().satisfies(violation -> {
                assertThat(violation.path()).isEqualTo(key);
                assertThat(violation.message()).contains("unknown value 'float16'", "float32", "bfloat16");
            });
        }
    }

    @Test
    void check_precisionNumberOfANewerVersion_isRefused() {
        Experiment.Builder newer = Samples.experiment().toBuilder().setPrecisionValue(9);
        newer.getStage1Builder().setPrecisionValue(9);
        Violations violations = new Violations(Map.of());

        ExperimentRules.check(newer.build(), violations);

        assertThat(violations.list())
                .extracting(Violation::description)
                .containsExactlyInAnyOrder(
                        "precision: expected one of float32, bfloat16",
                        "stage1.precision: expected one of float32, bfloat16");
    }

    @Test
    void check_precisionOfAStage2ThatTrainsNothing_isRefused() {
        Experiment.Builder untrained = Samples.experiment().toBuilder();
        untrained.removeSubnetworks(2).removeSubnetworks(0);
        untrained.getStage2Builder().setPrecision(PrecisionChoice.PRECISION_CHOICE_BFLOAT16);
        Violations violations = new Violations(Map.of());

        ExperimentRules.check(untrained.build(), violations);

        assertThat(violations.list()).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo("stage2.precision");
            assertThat(violation.message()).contains("has no effect");
        });
    }

    @Test
    void check_magnitudeWithLosses_isRefused() {
        assertThat(violations(replaceFirst("method: magnitude", "method: magnitude\n    losses: [lmh]")))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.description())
                            .startsWith("line 15, column 13: subnetworks[1].losses: magnitude trains nothing");
                });
    }

    @Test
    void check_heldoutWithEvaluatedSelectionSplit_isRefused() {
        String chosenByIid = replaceFirst(
                "  steps: 1000", "  steps: 1000\n  keep: best\n  selection_split: iid\n  evaluate_every_steps: 100");

        assertThat(violations(chosenByIid)).isEmpty();
        assertThat(violations(chosenByIid.replace("protocol: paper", "protocol: heldout")))
                .singleElement()
                .satisfies(violation -> assertThat(violation.path()).isEqualTo("stage1.selection_split"));
    }

    @Test
    void check_heldoutWithTestThatIsNotEvaluated_isRefused() {
        String chosenByTest = replaceFirst(
                        "  steps: 1000",
                        "  steps: 1000\n  keep: best\n  selection_split: test\n  evaluate_every_steps: 100")
                .replace("{name: iid}, {name: test}", "{name: iid}")
                .replace("protocol: paper\n", "");

        assertThat(violations(chosenByTest))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.message()).contains("protocol heldout does not let 'test' choose"));
    }

    @Test
    void check_severalMistakesWithOneUnreadableKey_allAreReportedAndTheUnreadableKeyOnce() {
        String broken = replaceFirst("seeds: [0, 1]", "seeds: none").replace("name: small", "name: SMALL");

        assertThat(violations(broken)).extracting(Violation::path).containsExactly("name", "seeds");
    }

    @Test
    void check_emptyMessage_blamesEveryMissingPart() {
        Violations violations = new Violations(Map.of());

        ExperimentRules.check(Experiment.getDefaultInstance(), violations);

        assertThat(violations.list())
                .extracting(Violation::path)
                .containsExactlyInAnyOrder("name", "dataset", "models", "stage1_losses", "seeds", "evaluate");
    }

    private static String replaceFirst(String from, String to) {
        String yaml = Samples.yaml();
        int at = yaml.indexOf(from);
        assertThat(at).as("'%s' in the sample", from).isNotNegative();
        return yaml.substring(0, at) + to + yaml.substring(at + from.length());
    }

    private static List<Violation> violations(String yaml) {
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(yaml);
        ExperimentRules.check(parsed.experiment(), parsed.violations());
        return parsed.violations().list();
    }
}
