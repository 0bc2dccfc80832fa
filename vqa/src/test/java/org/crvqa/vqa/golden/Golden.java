package org.crvqa.vqa.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorEntry;

/** The golden files, see {@code src/test/golden/README.md}. */
public final class Golden {
    public static final int ANSWERS = 5;
    private static final Path FOLDER = Path.of("src", "test", "golden");

    private Golden() {}

    public static LxmertConfig config() {
        return (LxmertConfig) ModelConfig.parse(text("config.json"), "config.json");
    }

    public static JsonNode numbers() {
        return json("numbers.json");
    }

    public static JsonNode masks() {
        return json("masks.json");
    }

    private static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SafetensorsReader open(String file) {
        return SafetensorsReader.open(FOLDER.resolve(file));
    }

    /** Every float tensor of a file, as copies that {@code owner} closes. */
    public static Map<String, NDArray> tensors(Torch torch, NDManager owner, String file) {
        Map<String, NDArray> result = new LinkedHashMap<>();
        try (SafetensorsReader reader = open(file)) {
            for (TensorEntry entry : reader.tensors()) {
                result.put(entry.name(), torch.floats(owner, reader.floats(entry.name()), entry.dimensions()));
            }
        }
        return result;
    }

    /**
     * The configuration of an encoder in {@code golden/encoders}; puts every tensor of its file into {@code tensors}, as
     * copies that {@code owner} closes.
     */
    public static ModelConfig encoder(Torch torch, NDManager owner, String model, Map<String, NDArray> tensors) {
        try (SafetensorsReader reader = open("encoders/" + model + ".safetensors")) {
            for (TensorEntry entry : reader.tensors()) {
                String name = entry.name();
                tensors.put(
                        name,
                        name.equals("token_ids")
                                ? torch.integers(owner, reader.longs(name), entry.dimensions())
                                : torch.floats(owner, reader.floats(name), entry.dimensions()));
            }
        }
        return ModelConfig.parse(text("encoders/" + model + "-config.json"), model);
    }

    /** The inputs of a step, as copies that {@code owner} closes. */
    public static GoldenBatch batch(Torch torch, NDManager owner, int step) {
        try (SafetensorsReader reader = open("batches.safetensors")) {
            TensorEntry ids = reader.require("token_ids");
            int size = (int) (ids.elements() / ids.dimensions()[0]);
            NDArray tokenIds = torch.integers(
                    owner,
                    Arrays.copyOfRange(reader.longs("token_ids"), step * size, (step + 1) * size),
                    withoutFirst(ids.dimensions()));
            return new GoldenBatch(
                    tokenIds,
                    slice(torch, owner, reader, "features", step),
                    slice(torch, owner, reader, "boxes", step),
                    slice(torch, owner, reader, "scores", step),
                    slice(torch, owner, reader, "bias", step));
        }
    }

    /** Asserts that every value is within {@code tolerance} of the golden one. */
    public static void assertClose(String name, NDArray actual, NDArray golden, double tolerance) {
        assertThat(actual.getShape()).as(name).isEqualTo(golden.getShape());
        assertClose(name, actual.toFloatArray(), golden.toFloatArray(), tolerance);
    }

    /** As above. */
    public static void assertClose(String name, float[] actual, float[] golden, double tolerance) {
        assertThat(actual).as(name).hasSize(golden.length);
        for (int i = 0; i < golden.length; i++) {
            // Written so that NaN fails.
            assertThat(Math.abs(actual[i] - (double) golden[i]) <= tolerance)
                    .as("%s[%d] is %s, golden %s", name, i, actual[i], golden[i])
                    .isTrue();
        }
    }

    private static NDArray slice(Torch torch, NDManager owner, SafetensorsReader reader, String name, int step) {
        TensorEntry entry = reader.require(name);
        int size = (int) (entry.elements() / entry.dimensions()[0]);
        float[] values = Arrays.copyOfRange(reader.floats(name), step * size, (step + 1) * size);
        return torch.floats(owner, values, withoutFirst(entry.dimensions()));
    }

    private static long[] withoutFirst(long[] shape) {
        return Arrays.copyOfRange(shape, 1, shape.length);
    }

    private static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
