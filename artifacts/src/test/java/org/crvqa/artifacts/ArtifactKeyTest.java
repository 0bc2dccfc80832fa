package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.WeightSource;
import org.junit.jupiter.api.Test;

/** Keys are kept in stores for years: a change of these golden texts loses every artifact. */
class ArtifactKeyTest {
    /** With numbers that Double.toString writes differently before and after JDK 19 (2e-3, 2e23) and others that are hard. */
    private static final TaskSpec SPEC = TaskSpec.newBuilder()
            .setAlgorithmVersion(1)
            .setTrain(TrainSpec.newBuilder()
                    .setDatasetKey("d".repeat(64))
                    .setModelKey("e".repeat(64))
                    .setWeights(WeightSource.WEIGHT_SOURCE_PER_SEED)
                    .setSeed(-1L)
                    .setTraining(TrainingSettings.newBuilder()
                            .setBatchSize(64)
                            .setSteps(1200)
                            .setLoss(Loss.newBuilder()
                                    .setKind(LossKind.LOSS_KIND_LMH)
                                    .setEntropyWeight(0.36))
                            .setLearningRate(LearningRate.newBuilder().setPeak(5e-5))
                            .setOptimizer(Optimizer.newBuilder()
                                    .setKind(OptimizerKind.OPTIMIZER_KIND_ADAMW)
                                    .setBeta1(2e-3)
                                    .setBeta2(1e23)
                                    .setEpsilon(2e23)
                                    .setWeightDecay(1e-8)
                                    .setClipNorm(5.0))))
            .build();

    @Test
    void of_fixedSpec_isTheGoldenKeyOnEveryJdk() {
        assertThat(CanonicalJson.of(SPEC))
                .isEqualTo("{\"algorithm_version\":1,\"train\":{\"dataset_key\":\"" + "d".repeat(64)
                        + "\",\"model_key\":\"" + "e".repeat(64) + "\",\"seed\":\"18446744073709551615\","
                        + "\"training\":{\"batch_size\":64,\"learning_rate\":{\"peak\":0.00005},"
                        + "\"loss\":{\"entropy_weight\":0.36,\"kind\":\"LOSS_KIND_LMH\"},"
                        + "\"optimizer\":{\"beta1\":0.002,\"beta2\":1e+23,\"clip_norm\":5,\"epsilon\":2e+23,"
                        + "\"kind\":\"OPTIMIZER_KIND_ADAMW\",\"weight_decay\":1e-8},\"steps\":1200},"
                        + "\"weights\":\"WEIGHT_SOURCE_PER_SEED\"}}");
        assertThat(ArtifactKey.of(SPEC).hex())
                .isEqualTo("bb2d3f815121c4cf191aed8edbcac583a26872fd1c143fd32f6baa7fd5a133df");
    }

    @Test
    void construct_textOfAnyLength_messageStaysShort() {
        assertThatThrownBy(() -> new ArtifactKey("x".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(300)
                .contains("1000000 characters");
    }

    @Test
    void of_anyOtherSeed_isAnotherKey() {
        TaskSpec other = SPEC.toBuilder()
                .setTrain(SPEC.getTrain().toBuilder().setSeed(0))
                .build();

        assertThat(ArtifactKey.of(other)).isNotEqualTo(ArtifactKey.of(SPEC));
    }

    @Test
    void of_specThroughItsBytes_isTheSameKey() throws Exception {
        assertThat(ArtifactKey.of(TaskSpec.parseFrom(SPEC.toByteArray()))).isEqualTo(ArtifactKey.of(SPEC));
    }

    @Test
    void construct_notAKey_isRefused() {
        for (String text : new String[] {"", "abc", "A".repeat(64), "0".repeat(63) + "\n"}) {
            assertThatThrownBy(() -> new ArtifactKey(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void compareTo_anyDigits_isTheOrderOfTheDigits() {
        String[] digits = {"0".repeat(64), "0".repeat(63) + "1", "7f".repeat(32), "80".repeat(32), "f".repeat(64)};

        for (int i = 0; i < digits.length; i++) {
            for (int j = 0; j < digits.length; j++) {
                ArtifactKey one = new ArtifactKey(digits[i]);
                ArtifactKey other = new ArtifactKey(digits[j]);
                assertThat(one.hex()).isEqualTo(digits[i]);
                assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Integer.compare(i, j));
                assertThat(one.equals(other)).isEqualTo(i == j);
            }
        }
    }
}
