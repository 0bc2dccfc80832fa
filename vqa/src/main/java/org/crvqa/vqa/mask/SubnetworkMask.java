package org.crvqa.vqa.mask;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.vqa.model.Modality;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * A subnetwork: for every maskable matrix of a model, which weights stay. Stored as one BOOL tensor per matrix, named and
 * shaped as the weight, in the model's parameter order.
 */
public final class SubnetworkMask {
    private final Map<String, byte[]> kept;

    /** {@code kept}: for each maskable matrix, row-major, 1 where the weight stays; arrays are not copied. */
    public SubnetworkMask(Map<String, byte[]> kept) {
        this.kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    }

    /**
     * Reads a mask for a model of this configuration.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when a matrix has no mask, or one of another type or shape
     */
    public static SubnetworkMask read(Path file, ModelConfig config) {
        Map<String, long[]> shapes = config.shapes();
        Map<String, byte[]> kept = new LinkedHashMap<>();
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            for (String name : config.maskable().keySet()) {
                reader.require(name, Arrays.stream(shapes.get(name)).boxed().toList());
                kept.put(name, reader.booleans(name));
            }
        }
        return new SubnetworkMask(kept);
    }

    /** Writes the mask; the same mask gives the same bytes. */
    public void write(Path file, ModelConfig config) {
        Map<String, long[]> shapes = config.shapes();
        List<String> names = List.copyOf(config.maskable().keySet());
        List<TensorDeclaration> tensors = new ArrayList<>();
        names.forEach(name -> tensors.add(TensorDeclaration.bool(name, shapes.get(name))));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            names.forEach(name -> writer.writeBooleans(name, ByteBuffer.wrap(of(name))));
            writer.commit();
        }
    }

    /** Which weights of a maskable matrix stay: row-major, 1 or 0. Not to be changed. */
    public byte[] of(String name) {
        byte[] matrix = kept.get(name);
        if (matrix == null) {
            throw new IllegalArgumentException("No mask for " + name);
        }
        return matrix;
    }

    /**
     * What the mask leaves: {@code zeros/<modality>} and {@code zeros/all}, fractions of the maskable weights, and
     * {@code parameters/kept}, a count.
     *
     * @param parameters of the whole model with its answer head, pruned ones included
     */
    public Map<String, Double> metrics(ModelConfig config, long parameters) {
        Map<Modality, long[]> counts = new EnumMap<>(Modality.class);
        config.maskable().forEach((name, modality) -> {
            long[] count = counts.computeIfAbsent(modality, m -> new long[2]);
            for (byte stays : of(name)) {
                count[stays]++;
            }
        });
        Map<String, Double> metrics = new TreeMap<>();
        long zeros = 0;
        long all = 0;
        for (Map.Entry<Modality, long[]> entry : counts.entrySet()) {
            long[] count = entry.getValue();
            String modality = entry.getKey().name().toLowerCase(Locale.ROOT);
            metrics.put("zeros/" + modality, count[0] / (double) (count[0] + count[1]));
            zeros += count[0];
            all += count[0] + count[1];
        }
        metrics.put("zeros/all", zeros / (double) all);
        metrics.put("parameters/kept", (double) (parameters - zeros));
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
}
