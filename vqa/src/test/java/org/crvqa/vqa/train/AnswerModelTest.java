package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Precision;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The answer head sees the pooled state itself (LXMERT), or what dropout leaves of it while training (VisualBERT). */
class AnswerModelTest {
    private static final String LXMERT = """
            {"model_type": "lxmert", "vocab_size": 9, "hidden_size": 16, "num_attention_heads": 2,
             "intermediate_size": 16, "max_position_embeddings": 5, "l_layers": 1, "r_layers": 1, "x_layers": 1,
             "visual_feat_dim": 3}""";
    private static final String VISUAL_BERT = """
            {"model_type": "visual_bert", "vocab_size": 9, "hidden_size": 16, "num_attention_heads": 2,
             "intermediate_size": 16, "max_position_embeddings": 5, "num_hidden_layers": 1,
             "visual_embedding_dim": 3}""";
    private static final int ANSWERS = 4;

    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();
    private final Map<String, NDArray> weights = new HashMap<>();

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void forward_lxmertTraining_feedsThePooledState() {
        assertThat(headSeesPooled(LXMERT, true)).isTrue();
    }

    @Test
    void forward_visualBertTraining_dropsSomeOfThePooledState() {
        assertThat(headSeesPooled(VISUAL_BERT, true)).isFalse();
    }

    @Test
    void forward_visualBertEvaluation_feedsThePooledState() {
        assertThat(headSeesPooled(VISUAL_BERT, false)).isTrue();
    }

    /** Whether the logits are those of the head on the pooled state; the head itself drops nothing. */
    private boolean headSeesPooled(String json, boolean training) {
        ModelConfig config = ModelConfig.parse(json, "config.json");
        WeightInit init = new WeightInit(3);
        config.shapes()
                .forEach((name, shape) -> weights.put(name, torch.floats(owner, init.encoder(config, name), shape)));
        HeadParameters.shapes(config.hiddenSize(), ANSWERS)
                .forEach((name, shape) ->
                        weights.put(name, torch.floats(owner, init.head(config.hiddenSize(), ANSWERS, name), shape)));
        TrainingSettings settings = TrainingSettings.newBuilder()
                .setDropout(Dropout.newBuilder().setHidden(0.5))
                .build();
        AnswerModel model = training
                ? AnswerModel.training(torch, config, settings)
                : AnswerModel.evaluation(torch, config, Precision.FLOAT32);
        torch.reseed(1, 1);
        try (Torch.GradientMode off = torch.gradients(false)) {
            AnswerModel.Output output = model.forward(weights::get, batch(), owner);
            NDArray expected = AnswerHead.forward(torch, weights::get, output.pooled(), ForwardMode.EVALUATION, 0);
            return Arrays.equals(output.logits().toFloatArray(), expected.toFloatArray());
        }
    }

    private Batch batch() {
        NDArray none = owner.zeros(new Shape(2, ANSWERS));
        return new Batch(
                torch.integers(owner, new long[] {1, 2, 3, 4, 5, 6}, 2, 3),
                null,
                torch.floats(owner, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0, 1}, 2, 2, 3),
                owner.zeros(new Shape(2, 2, 4)),
                null,
                new LossTargets(none, none, owner.zeros(new Shape(2), DataType.INT64), owner.zeros(new Shape(2))));
    }
}
