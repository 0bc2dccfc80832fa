package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.LossParts;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.golden.Golden;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distillation term and its gradients against PyTorch in float64; see {@code golden_encoders.py}. */
class DistillationGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "golden", "encoders");
    private static final double WEIGHT = 2.5;

    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();
    private final Map<String, NDArray> golden = new HashMap<>();

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxmert", "visual_bert"})
    void addTo_goldenTeacher_givesTorchsTermAndGradients(String model) throws IOException {
        ModelConfig config = Golden.encoder(torch, owner, model, golden);
        JsonNode sizes =
                new ObjectMapper().readTree(FOLDER.resolve("sizes.json").toFile());
        double term = sizes.get("distillation").get(model).doubleValue();
        Map<String, NDArray> leaves = new HashMap<>();
        try (GradientMode on = torch.gradients(true)) {
            config.shapes().keySet().forEach(name -> leaves.put(name, torch.leaf(golden.get("weight." + name), owner)));
            NDArray value = value(config, leaves);
            assertThat((double) value.getFloat()).isCloseTo(WEIGHT * term + 1, within(1e-4));
            System.gc();
            torch.backward(value);
        }
        int compared = 0;
        for (Map.Entry<String, NDArray> leaf : leaves.entrySet()) {
            var actual = torch.gradient(leaf.getValue(), owner);
            NDArray expected = golden.get("distillation_gradient." + leaf.getKey());
            if (expected == null || actual.isEmpty()) {
                // The term ends before the pooler, and Hugging Face's graph may hold more than was asked for.
                assertThat(actual.map(NDArray::size).orElse(0L))
                        .as(leaf.getKey())
                        .isZero();
                continue;
            }
            Golden.assertClose(leaf.getKey(), actual.get(), expected.mul((float) WEIGHT), 5e-4);
            compared++;
        }
        long expected = golden.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("distillation_gradient."))
                .filter(entry -> entry.getValue().abs().max().getFloat() > 0)
                .count();
        assertThat((long) compared).isGreaterThanOrEqualTo(expected).isPositive();
    }

    /** 1 + the term: 1 stands for another loss. */
    private NDArray value(ModelConfig config, Map<String, NDArray> leaves) {
        Batch batch = new Batch(
                golden.get("token_ids"),
                null,
                golden.get("features"),
                golden.get("boxes"),
                null,
                // The term does not look at targets.
                new LossTargets(
                        golden.get("pooled"), golden.get("pooled"), golden.get("pooled"), golden.get("pooled")));
        Distillation distillation = new Distillation(torch, config, name -> golden.get("teacher." + name), WEIGHT);
        Distillation.Term term = distillation.term(batch, owner);
        config.encoder(torch).forward(leaves::get, batch.inputs(owner), ForwardMode.EVALUATION, term.hidden());
        return term.addTo(torch.scalar(1f), LossParts.IGNORE);
    }
}
