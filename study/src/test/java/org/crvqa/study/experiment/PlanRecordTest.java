package org.crvqa.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Sha256;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.experiment.v1.StageSeeds;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Release;
import org.crvqa.study.plan.Run;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.IterativePruning;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.junit.jupiter.api.Test;

class PlanRecordTest {
    private static final String NAME = "experiments/small-0/plans/0.json";
    private static final PlanRecord.Parts NO_PARTS = sha256 -> {
        throw new AssertionError("A plan of format 1 has no parts");
    };
    private static final Plan SMALL = Samples.plan(Samples.experiment());

    @Test
    void decode_everyKindOfCell_isThePlanThatWasEncoded() {
        for (Experiment experiment : List.of(Samples.experiment(), dense(), rich(), coarse(rich()), coarse(dense()))) {
            Plan plan = Samples.plan(experiment);

            Plan read = decode(encode(plan));

            assertThat(read).isEqualTo(plan);
            assertThat(read.tasks())
                    .allSatisfy(task -> assertThat(ArtifactKey.of(task.spec())).isEqualTo(task.key()));
        }
    }

    private static Experiment coarse(Experiment experiment) {
        return experiment.toBuilder()
                .setPrecision(PrecisionChoice.PRECISION_CHOICE_BFLOAT16)
                .setEvaluatePrecision(PrecisionChoice.PRECISION_CHOICE_FLOAT32)
                .build();
    }

    @Test
    void decode_nameOfACell_isTheOneThatWasWrittenDown() {
        String stored = text(encode(SMALL)).replace("magnitude 0.7 of lmh\"", "as it was called then\"");

        Plan read = decode(bytes(stored));

        assertThat(read.runs()).extracting(Run::name).contains("as it was called then");
        assertThat(read.runs()).extracting(run -> run.cell().name()).contains("magnitude 0.7 of lmh");
    }

    @Test
    void encode_twice_givesTheSameBytes() {
        assertThat(encode(Samples.plan(Samples.experiment()))).isEqualTo(encode(SMALL));
    }

    /** Stores hold such bytes: a release that cannot read them loses experiments. */
    @Test
    void decodeAndEncode_planOfFormat1_isGolden() throws IOException {
        byte[] stored = resource("/plan-format-1.json");
        Plan plan = Samples.plan(rich(), Release.VERSION_2);

        assertThat(decode(stored)).isEqualTo(plan);
        assertThat(text(encode(plan))).isEqualTo(text(stored));
    }

    @Test
    void decode_oneBitChanged_namesTheObjectAndBothDigests() {
        byte[] stored = encode(SMALL);
        String sha256 = Sha256.hex(stored);
        stored[stored.length / 2] ^= 1;

        assertThatThrownBy(() -> PlanRecord.decode(NAME, stored, sha256, NO_PARTS))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining(NAME)
                .hasMessageContaining(sha256)
                .hasMessageContaining(Sha256.hex(stored));
    }

    @Test
    void decode_whatANewerReleaseWrote_isRefusedAndNotMisread() {
        String stored = text(encode(SMALL));
        for (String newer : List.of(
                stored.replace("\"format\":1", "\"format\":3"),
                stored.replace("\"batch_size\":64", "\"batch_size\":64,\"batch_accumulation\":2"),
                stored.replace("\"LOSS_KIND_LMH\"", "\"LOSS_KIND_OF_TOMORROW\""))) {
            assertThat(newer).isNotEqualTo(stored);
            assertThatThrownBy(() -> decode(bytes(newer)))
                    .isInstanceOf(ArtifactCorruptException.class)
                    .hasMessageContaining(NAME)
                    .hasMessageContaining("this release");
        }
    }

    @Test
    void decode_placesThatDoNotExist_isRefused() {
        String stored = text(encode(SMALL));
        for (String wrong : List.of(
                stored.replaceFirst("\"inputs\":\\[0\\]", "\"inputs\":[19]"),
                stored.replaceFirst("\"evaluation\":1", "\"evaluation\":99"),
                stored.replaceFirst("\"cell\":1", "\"cell\":-1"),
                stored.replaceFirst("\"key\":\"[0-9a-f]{64}", "\"key\":\"short"))) {
            assertThat(wrong).isNotEqualTo(stored);
            assertThatThrownBy(() -> decode(bytes(wrong)))
                    .isInstanceOf(ArtifactCorruptException.class)
                    .hasMessageContaining(NAME);
        }
    }

    @Test
    void decode_planInParts_givesBackThePlan_withWhatSpecsShareWrittenOnce() {
        for (Plan plan : List.of(Samples.plan(rich()), Samples.plan(coarse(Samples.experiment())))) {
            Map<String, byte[]> parts = new LinkedHashMap<>();
            byte[] stored = PlanRecord.encode(plan, parts::put, 3, 4);

            Plan read = PlanRecord.decode(NAME, stored, Sha256.hex(stored), parts::get);

            assertThat(read).isEqualTo(plan);
            assertThat(parts).hasSize((plan.tasks().size() + 3) / 4);
            assertThat(parts).allSatisfy((sha256, part) -> {
                assertThat(sha256).isEqualTo(Sha256.hex(part));
                assertThat(text(part)).doesNotContain("learning_rate");
            });
        }
    }

    /** Stores hold such bytes: a release that cannot read them loses experiments. */
    @Test
    void decodeAndEncode_planOfFormat2_isGolden() throws IOException {
        byte[] stored = resource("/plan-format-2.json");
        byte[] part = resource("/plan-format-2-part.json");
        Plan plan = Samples.plan(rich(), Release.VERSION_2);
        Map<String, byte[]> parts = new LinkedHashMap<>();

        assertThat(text(PlanRecord.encode(plan, parts::put, 1, 100))).isEqualTo(text(stored));
        assertThat(parts.values()).extracting(PlanRecordTest::text).containsExactly(text(part));
        assertThat(PlanRecord.decode(NAME, stored, Sha256.hex(stored), sha256 -> part))
                .isEqualTo(plan);
    }

    @Test
    void decode_partChanged_namesIt() {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        byte[] stored = PlanRecord.encode(SMALL, parts::put, 1, 5);
        String damaged = List.copyOf(parts.keySet()).get(2);
        parts.get(damaged)[100] ^= 1;

        assertThatThrownBy(() -> PlanRecord.decode(NAME, stored, Sha256.hex(stored), parts::get))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining(NAME)
                .hasMessageContaining(damaged);
    }

    /** As many as a release without parts allowed: it may lead in the middle of an upgrade. */
    @Test
    void encode_asManyTasksAsBefore_isWhole() {
        Plan large = Samples.plan(seeds(600));
        Plan tooLarge = Samples.plan(seeds(601));
        Map<String, byte[]> parts = new LinkedHashMap<>();

        assertThat(large.tasks()).hasSize(PlanRecord.MOST_TASKS_WHOLE);
        assertThat(text(encode(large))).contains("\"format\":1,");
        assertThat(text(PlanRecord.encode(tooLarge, parts::put))).contains("\"format\":2,");
        assertThat(parts).hasSize(1);
    }

    private static Experiment seeds(int number) {
        return Samples.experiment().toBuilder()
                .clearSeeds()
                .addAllSeeds(LongStream.range(0, number).boxed().toList())
                .build();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = PlanRecordTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static Experiment dense() {
        return Samples.experiment().toBuilder()
                .clearSubnetworks()
                .clearStage1Losses()
                .addStage1Losses(LossKind.LOSS_KIND_BCE)
                .clearSeeds()
                .addSeeds(5)
                .build();
    }

    /** Every part of a cell, a seed above the signed range, and an axis of seeds per stage. */
    private static Experiment rich() {
        return dense().toBuilder()
                .clearSeeds()
                .setStageSeeds(StageSeeds.newBuilder()
                        .addStage1(-1L)
                        .addStage2(3)
                        .addStage2(4)
                        .addStage3(7))
                .addSubnetworks(SubnetworkSearch.newBuilder()
                        .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                        .addLosses(LossKind.LOSS_KIND_LPF)
                        .addSparsities(0.1 + 0.2)
                        .addStage3Losses(LossKind.LOSS_KIND_BCE)
                        .setInitialisation(MaskInitialisation.MASK_INITIALISATION_DOUBLE_UNIFORM)
                        .setSchedule(SparsitySchedule.newBuilder()
                                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE)
                                .setEndStep(9)
                                .setStages(3))
                        .setMaskBiases(true)
                        .setDistillation(Distillation.newBuilder().setWeight(1e-7))
                        .addLayers(LayerSparsity.newBuilder()
                                .setName("encoder.layer.0")
                                .setRate(0.9)))
                .addSubnetworks(SubnetworkSearch.newBuilder()
                        .setMethod(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE)
                        .addLosses(LossKind.LOSS_KIND_LMH)
                        .addSparsities(0.5)
                        .setIterative(IterativePruning.newBuilder().setRounds(3).setRewind(true)))
                .addSubnetworks(SubnetworkSearch.newBuilder()
                        .setMethod(PruneMethod.PRUNE_METHOD_RANDOM)
                        .setPattern("2:4"))
                .build();
    }

    private static byte[] encode(Plan plan) {
        return PlanRecord.encode(plan, (sha256, part) -> {
            throw new AssertionError("A plan of a few tasks is one object");
        });
    }

    private static Plan decode(byte[] stored) {
        return PlanRecord.decode(NAME, stored, Sha256.hex(stored), NO_PARTS);
    }

    private static String text(byte[] stored) {
        return new String(stored, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
