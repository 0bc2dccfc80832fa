package org.crvqa.vqa.mask;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.Modality;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorEntry;

/**
 * A subnetwork: for every maskable matrix of a model, and for biases and the answer head's tensors where these are masked
 * too, which weights stay. Stored as one BOOL tensor each, named and shaped as the weight, in the model's parameter
 * order, the answer head's last.
 */
public final class SubnetworkMask {
    private final Map<String, byte[]> kept;

    /** {@code kept}: for each masked tensor, row-major, 1 where the weight stays; arrays are not copied. */
    public SubnetworkMask(Map<String, byte[]> kept) {
        this.kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    }

    /**
     * Reads a mask for a model of this configuration.
     *
     * @throws InvalidInputException when a matrix has no mask, or one of another type or shape, or there is a mask for
     *     something that is never masked
     */
    public static SubnetworkMask read(Path file, ModelConfig config) {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            config.maskable().keySet().forEach(reader::require);
            Map<String, long[]> shapes = new LinkedHashMap<>(config.shapes());
            shapes.keySet()
                    .removeIf(name -> !config.maskable().containsKey(name) && !MaskTargets.isMaskedBias(config, name));
            shapes.putAll(headShapes(config, answers(reader)));
            for (TensorEntry entry : reader.tensors()) {
                if (!shapes.containsKey(entry.name())) {
                    throw new InvalidInputException(
                            "Tensor " + entry.name() + " of " + file + " is a mask for something that is never masked",
                            "Give a mask that was made for this model.");
                }
            }
            shapes.forEach((name, shape) -> {
                if (reader.find(name).isPresent()) {
                    reader.require(name, Arrays.stream(shape).boxed().toList());
                    kept.put(name, reader.booleans(name));
                }
            });
        }
        return new SubnetworkMask(kept);
    }

    /** Writes the mask; the same mask gives the same bytes. */
    public void write(Path file, ModelConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>(config.shapes());
        byte[] last = kept.get(HeadParameters.LAST_MATRIX);
        shapes.putAll(headShapes(config, last == null ? 1 : last.length / (2 * config.hiddenSize())));
        shapes.keySet().retainAll(kept.keySet());
        List<TensorDeclaration> tensors = new ArrayList<>();
        shapes.forEach((name, shape) -> tensors.add(TensorDeclaration.bool(name, shape)));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            shapes.keySet().forEach(name -> writer.writeBooleans(name, ByteBuffer.wrap(of(name))));
            writer.commit();
        }
    }

    /** Every masked tensor's name and which of its weights stay; not to be changed. */
    public Map<String, byte[]> all() {
        return kept;
    }

    /** Names of the masked tensors. */
    public Set<String> names() {
        return kept.keySet();
    }

    /** Which weights of a masked tensor stay: row-major, 1 or 0. Not to be changed. */
    public byte[] of(String name) {
        byte[] matrix = kept.get(name);
        if (matrix == null) {
            throw new IllegalArgumentException("No mask for " + name);
        }
        return matrix;
    }

    /**
     * What the mask leaves: {@code zeros/<modality>}, {@code zeros/head} where the answer head is masked, and
     * {@code zeros/all}, fractions of the masked weights (a bias counts where its matrix does), and
     * {@code parameters/kept}, a count.
     *
     * @param parameters of the whole model with its answer head, pruned ones included
     */
    public Map<String, Double> metrics(ModelConfig config, long parameters) {
        ZeroShares shares = new ZeroShares(config);
        kept.forEach((name, mask) -> shares.add(name, mask));
        Map<String, Double> metrics = shares.metrics();
        metrics.put("parameters/kept", (double) (parameters - shares.zeros()));
        return metrics;
    }

    /** As {@link #metrics} for a model without a mask. */
    public static Map<String, Double> denseMetrics(ModelConfig config, long parameters) {
        Map<String, Double> metrics = new TreeMap<>();
        for (Modality modality : config.maskable().values()) {
            metrics.put("zeros/" + modality.name().toLowerCase(Locale.ROOT), 0.0);
        }
        metrics.put("zeros/all", 0.0);
        metrics.put("parameters/kept", (double) parameters);
        return metrics;
    }

    /** Shapes of the head's tensors that can be masked. */
    private static Map<String, long[]> headShapes(ModelConfig config, long answers) {
        Map<String, long[]> shapes =
                new LinkedHashMap<>(HeadParameters.shapes(config.hiddenSize(), Math.toIntExact(answers)));
        shapes.values().removeIf(shape -> shape.length == 0);
        return shapes;
    }

    /** Candidate answers, as the mask of the head's last matrix says; the artifact's head has as many. */
    private static long answers(SafetensorsReader reader) {
        return reader.find(HeadParameters.LAST_MATRIX)
                .filter(entry -> entry.dimensions().length == 2)
                .map(entry -> Math.min(entry.dimensions()[0], Integer.MAX_VALUE))
                .orElse(1L);
    }
}
