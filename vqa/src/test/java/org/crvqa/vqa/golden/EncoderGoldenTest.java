package org.crvqa.vqa.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.model.Encoder;
import org.crvqa.vqa.model.EncoderInputs;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both encoders against Hugging Face in float64; see {@code src/test/python/golden_encoders.py}. */
class EncoderGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "golden", "encoders");
    private static final double TOLERANCE = 2e-5;

    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();
    private final Map<String, NDArray> golden = new HashMap<>();

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxmert", "visual_bert"})
    void shapes_ofConfig_areHuggingFacesNamesAndShapes(String model) {
        ModelConfig config = load(model);
        Map<String, long[]> shapes = config.shapes();

        assertThat(shapes.keySet())
                .containsExactlyInAnyOrderElementsOf(golden.keySet().stream()
                        .filter(name -> name.startsWith("weight."))
                        .map(name -> name.substring("weight.".length()))
                        .collect(Collectors.toSet()));
        shapes.forEach((name, shape) -> assertThat(
                        golden.get("weight." + name).getShape().getShape())
                .as(name)
                .isEqualTo(shape));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxmert", "visual_bert"})
    void forward_everythingAttended_givesPooledAndLayers(String model) {
        Encoder encoder = load(model).encoder(torch);
        List<float[]> hidden = new ArrayList<>();
        try (GradientMode off = torch.gradients(false)) {
            NDArray pooled = encoder.forward(
                    this::weight, inputs(false), ForwardMode.EVALUATION, layer -> hidden.add(layer.toFloatArray()));
            Golden.assertClose("pooled", pooled, golden.get("pooled"), TOLERANCE);
        }
        assertThat(golden).containsKey("hidden." + (hidden.size() - 1)).doesNotContainKey("hidden." + hidden.size());
        for (int i = 0; i < hidden.size(); i++) {
            Golden.assertClose(
                    "layer " + i, hidden.get(i), golden.get("hidden." + i).toFloatArray(), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxmert", "visual_bert"})
    void gradients_wordsAndRegionsHidden_areHuggingFaces(String model) {
        ModelConfig config = load(model);
        Map<String, NDArray> leaves = new HashMap<>();
        try (GradientMode on = torch.gradients(true)) {
            config.shapes().keySet().forEach(name -> leaves.put(name, torch.leaf(weight(name), owner)));
            NDArray pooled = config.encoder(torch).forward(leaves::get, inputs(true), ForwardMode.EVALUATION);
            Golden.assertClose("masked pooled", pooled, golden.get("masked_pooled"), TOLERANCE);
            torch.backward(pooled.mul(golden.get("direction")).sum());
        }
        int compared = 0;
        for (String name : config.shapes().keySet()) {
            NDArray expected = golden.get("gradient." + name);
            var actual = torch.gradient(leaves.get(name), owner);
            // Torch gives none for what took no part, and Hugging Face computes more than the pooled state needs.
            assertThat(actual.isPresent())
                    .as(name)
                    .isEqualTo(expected != null && !config.unused().contains(name));
            if (actual.isPresent()) {
                Golden.assertClose(name, actual.get(), expected, 2e-4);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(config.shapes().size() - config.unused().size());
    }

    @Test
    void baseModels_counts_areHuggingFaces() throws IOException {
        JsonNode sizes =
                new ObjectMapper().readTree(FOLDER.resolve("sizes.json").toFile());
        counts(ModelConfig.parse("{}", "config.json"), sizes.get("lxmert"));
        counts(
                ModelConfig.parse("{\"model_type\": \"visual_bert\", \"visual_embedding_dim\": 2048}", "config.json"),
                sizes.get("visual_bert"));
    }

    @Test
    void pooledDropout_visualBertOnly_isThatOfHiddenStates() {
        assertThat(load("lxmert").pooledDropout(0.1)).isZero();
        assertThat(load("visual_bert").pooledDropout(0.1)).isEqualTo(0.1);
    }

    private static void counts(ModelConfig config, JsonNode expected) {
        Map<String, Long> counts = new HashMap<>();
        counts.put(
                "parameters",
                config.shapes().values().stream()
                        .mapToLong(EncoderGoldenTest::size)
                        .sum());
        config.maskable()
                .forEach((name, modality) -> counts.merge(
                        modality.name().toLowerCase(Locale.ROOT),
                        size(config.shapes().get(name)),
                        Long::sum));
        Map<String, Long> golden = new HashMap<>();
        expected.properties()
                .forEach(entry -> golden.put(entry.getKey(), entry.getValue().longValue()));
        assertThat(counts).isEqualTo(golden);
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long extent : shape) {
            size *= extent;
        }
        return size;
    }

    private ModelConfig load(String model) {
        return Golden.encoder(torch, owner, model, golden);
    }

    private NDArray weight(String name) {
        return golden.get("weight." + name);
    }

    private EncoderInputs inputs(boolean masked) {
        return new EncoderInputs(
                golden.get("token_ids"),
                masked ? golden.get("token_mask") : null,
                golden.get("features"),
                golden.get("boxes"),
                masked ? golden.get("region_mask") : null);
    }
}
