package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.IterativePruning;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PruneSpecsTest {
    static Stream<Arguments> wrong() {
        return Stream.of(
                training("mask is missing", PruneSpec.Builder::clearMask),
                training("mask.initialisation is", s -> s.getMaskBuilder().clearInitialisation()),
                training("mask.binariser is", s -> s.getMaskBuilder().clearBinariser()),
                training("mask.schedule.kind is", s -> s.getMaskBuilder().getScheduleBuilder()),
                training(
                        "mask.schedule.start_step is 5",
                        s -> schedule(s).setStartStep(5).setEndStep(5)),
                training("mask.schedule.end_step is 11", s -> schedule(s).setEndStep(11)),
                training(
                        "mask.schedule.initial_sparsity is 1.0",
                        s -> schedule(s).setInitialSparsity(1)),
                training(
                        "mask.schedule.stages is 0",
                        s -> schedule(s).setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE)),
                training("for BINARISER_SIGN", s -> {
                    schedule(s);
                    s.getMaskBuilder().setBinariser(Binariser.BINARISER_SIGN);
                }),
                training("for MASK_INITIALISATION_GLOBAL_MAGNITUDE", s -> {
                    schedule(s);
                    s.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE);
                }),
                training(
                        "mask.pattern is 4:4",
                        s -> s.getMaskBuilder().getPatternBuilder().setKeep(4).setOf(4)),
                training("mask.biases is true", s -> pattern(s).getMaskBuilder().setBiases(true)),
                training(
                        "mask.binariser is BINARISER_SIGN",
                        s -> pattern(s).getMaskBuilder().setBinariser(Binariser.BINARISER_SIGN)),
                training(
                        "fills every group alike",
                        s -> pattern(s)
                                .getMaskBuilder()
                                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_RANDOM_UNIFORM)),
                training("a pattern has one rate", s -> schedule(pattern(s))),
                training("iterative is set", s -> s.setIterative(IterativePruning.getDefaultInstance())),
                training("sparsity.layers.a is 1.5", s -> layer(s, "a", 1.5)),
                training("sparsity.layers.name is empty", s -> layer(s, "", 0.5)),
                training("\"a.b\" inside \"a\"", s -> layer(layer(s, "a", 0.5), "a.b", 0.5)),
                of(
                        "mask.binariser is BINARISER_SIGN, expected none",
                        PruneMethod.PRUNE_METHOD_MAGNITUDE,
                        s -> s.getMaskBuilder().setBinariser(Binariser.BINARISER_SIGN)),
                of("mask.schedule is set", PruneMethod.PRUNE_METHOD_HEAD_ONLY, PruneSpecsTest::schedule),
                of("training is missing", PruneMethod.PRUNE_METHOD_HEAD_ONLY, PruneSpec.Builder::clearTraining),
                of("training is set", PruneMethod.PRUNE_METHOD_RANDOM, s -> s.setTraining(TinyVqaCp.training(1))),
                of(
                        "UNIFORM for PRUNE_METHOD_RANDOM",
                        PruneMethod.PRUNE_METHOD_RANDOM,
                        s -> s.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)),
                of(
                        "GLOBAL_MAGNITUDE for",
                        PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE,
                        s -> s.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_UNIFORM)),
                of(
                        "for PRUNE_METHOD_MAGNITUDE",
                        PruneMethod.PRUNE_METHOD_MAGNITUDE,
                        s -> s.getMaskBuilder()
                                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_RANDOM_UNIFORM)),
                of(
                        "for PRUNE_METHOD_HEAD_ONLY",
                        PruneMethod.PRUNE_METHOD_HEAD_ONLY,
                        s -> s.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_UNIFORM)),
                of(
                        "iterative.rounds is 0",
                        PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE,
                        s -> s.getIterativeBuilder().setRounds(0)),
                of(
                        "iterative.rounds is 11",
                        PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE,
                        s -> s.getIterativeBuilder().setRounds(11)),
                of("mask.pattern is set", PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE, PruneSpecsTest::pattern));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void validate_wrongSpec_namesTheField(String message, PruneMethod method, Consumer<PruneSpec.Builder> change) {
        PruneSpec.Builder spec = spec(method);
        change.accept(spec);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> TaskSpecs.validate(spec.build()))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource(
            value = PruneMethod.class,
            names = {"PRUNE_METHOD_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void validate_goodSpec_passes(PruneMethod method) {
        assertThatNoException().isThrownBy(() -> TaskSpecs.validate(spec(method).build()));
    }

    @Test
    void validate_schedulesAndPatterns_pass() {
        PruneSpec.Builder scheduled = spec(PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        schedule(scheduled);
        PruneSpec.Builder constant = spec(PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        schedule(constant).setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_CONSTANT);
        PruneSpec.Builder random = pattern(spec(PruneMethod.PRUNE_METHOD_RANDOM));
        assertThatNoException().isThrownBy(() -> {
            TaskSpecs.validate(scheduled.build());
            TaskSpecs.validate(constant.build());
            TaskSpecs.validate(random.build());
        });
    }

    private static Arguments training(String message, Consumer<PruneSpec.Builder> change) {
        return of(message, PruneMethod.PRUNE_METHOD_MASK_TRAINING, change);
    }

    private static Arguments of(String message, PruneMethod method, Consumer<PruneSpec.Builder> change) {
        return Arguments.of(message, method, change);
    }

    private static SparsitySchedule.Builder schedule(PruneSpec.Builder spec) {
        return spec.getMaskBuilder()
                .getScheduleBuilder()
                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                .setEndStep(10);
    }

    private static PruneSpec.Builder pattern(PruneSpec.Builder spec) {
        spec.getMaskBuilder().getPatternBuilder().setKeep(2).setOf(4);
        return spec;
    }

    private static PruneSpec.Builder layer(PruneSpec.Builder spec, String name, double rate) {
        spec.getSparsityBuilder()
                .addLayers(LayerSparsity.newBuilder().setName(name).setRate(rate));
        return spec;
    }

    private static PruneSpec.Builder spec(PruneMethod method) {
        String key = "a".repeat(64);
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(key)
                .setStage1Key(key)
                .setMethod(method)
                .setMask(TinyVqaCp.mask(method));
        if (PruneSpecs.trains(method)) {
            spec.setTraining(TinyVqaCp.training(10));
        }
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            spec.setThresholdEverySteps(5);
        }
        if (method == PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            spec.getIterativeBuilder().setRounds(2);
        }
        return spec;
    }
}
