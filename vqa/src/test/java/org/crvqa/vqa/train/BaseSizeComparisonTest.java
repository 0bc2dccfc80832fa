package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.EncoderInputs;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.ModelImport;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorEntry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * LXMERT-base and VisualBERT-base with random weights, imported as users import them: the logits against Hugging Face's in
 * float32, the pooled state against float64. The models are too large to be committed: {@code src/test/python/compare_base.py} makes them and names the
 * command; without them the test skips.
 */
class BaseSizeComparisonTest {
    private static final String FOLDER = "CRVQA_BASE_MODELS";
    private static final double TOLERANCE = 1e-4;

    private final Torch torch = TestDevice.torch();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"lxmert", "visual_bert"})
    void logits_importedBaseModel_areHuggingFaces(String model) {
        String given = System.getenv(FOLDER);
        assumeTrue(given != null, "set " + FOLDER + " to the folder that compare_base.py filled");
        Path folder = Path.of(given, model);
        assertThat(folder.resolve("golden.safetensors")).matches(Files::isRegularFile, "is there");
        try (ObjectStore store = ObjectStores.open(
                        StoreSettings.of(scratch.resolve("store").toUri()));
                SafetensorsReader golden = SafetensorsReader.open(folder.resolve("golden.safetensors"));
                NDManager owner = torch.newManager();
                GradientMode off = torch.gradients(false)) {
            ArtifactRepository repository = new ArtifactRepository(store, scratch.resolve("cache"));
            Manifest manifest =
                    ModelImport.importHuggingFace(repository, folder).manifest();
            Artifact artifact = repository.open(new ArtifactKey(manifest.getKey()));
            ModelConfig config = Inputs.config(artifact);
            ModelTensors weights = new ModelTensors(torch, owner);
            weights.load(artifact.file(Inputs.WEIGHTS), config.shapes());
            int answers = (int) golden.require("logits").dimensions()[1];
            weights.load(folder.resolve("golden.safetensors"), HeadParameters.shapes(config.hiddenSize(), answers));

            compare(model, "", config, weights, golden, inputs(golden, owner, false));
            compare(model, "masked_", config, weights, golden, inputs(golden, owner, true));
        }
    }

    private void compare(
            String model,
            String prefix,
            ModelConfig config,
            ModelTensors weights,
            SafetensorsReader golden,
            EncoderInputs inputs) {
        NDArray pooled = config.encoder(torch).forward(weights, inputs, ForwardMode.EVALUATION);
        float[] logits = AnswerHead.forward(torch, weights, pooled, ForwardMode.EVALUATION, 0)
                .toFloatArray();
        double encoder = deviation(pooled.toFloatArray(), golden.floats("exact_" + prefix + "pooled"));
        double answers = deviation(logits, golden.floats(prefix + "logits"));
        double exact = deviation(logits, golden.floats("exact_" + prefix + "logits"));
        System.out.printf(
                "%s %slogits: largest deviation %.2e from float32, %.2e from float64; pooled %.2e from float64%n",
                model, prefix, answers, exact, encoder);
        assertThat(encoder).as("%s %spooled", model, prefix).isLessThanOrEqualTo(TOLERANCE);
        assertThat(answers).as("%s %slogits", model, prefix).isLessThanOrEqualTo(TOLERANCE);
    }

    private EncoderInputs inputs(SafetensorsReader golden, NDManager owner, boolean masked) {
        TensorEntry ids = golden.require("token_ids");
        return new EncoderInputs(
                torch.integers(owner, golden.longs("token_ids"), ids.dimensions()),
                masked ? floats(golden, owner, "token_mask") : null,
                floats(golden, owner, "features"),
                floats(golden, owner, "boxes"),
                masked ? floats(golden, owner, "region_mask") : null);
    }

    private NDArray floats(SafetensorsReader golden, NDManager owner, String name) {
        return torch.floats(owner, golden.floats(name), golden.require(name).dimensions());
    }

    private static double deviation(float[] actual, float[] expected) {
        assertThat(actual).hasSize(expected.length);
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            // Math.max keeps NaN.
            largest = Math.max(largest, Math.abs(actual[i] - (double) expected[i]));
        }
        return largest;
    }
}
