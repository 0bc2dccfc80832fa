package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.TensorMemory;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/** Named float tensors in main memory, in the order in which they are stored. The manager given owns the tensors. */
final class ModelTensors implements Weights {
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    ModelTensors(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Adds the tensors of these names and shapes from a file; others in the file are ignored.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when one is missing or has another shape
     */
    void load(Path file, Map<String, long[]> shapes) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            shapes.forEach((name, shape) -> {
                reader.require(name, Arrays.stream(shape).boxed().toList());
                reader.copyFloats(name, TensorMemory.floats(add(name, shape)));
            });
        }
    }

    /** Overwrites tensors that are there with those of a file that {@link #load} has read before. */
    void reload(Path file, Iterable<String> names) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            names.forEach(name -> reader.copyFloats(name, values(name)));
        }
    }

    /** Adds a tensor with these values, row-major. */
    void put(String name, long[] shape, float[] values) {
        TensorMemory.floats(add(name, shape)).put(values);
    }

    private NDArray add(String name, long[] shape) {
        NDArray tensor = manager.zeros(new Shape(shape));
        tensor.setName(name);
        if (tensors.put(name, tensor) != null) {
            throw new IllegalStateException("Two tensors are named " + name);
        }
        return tensor;
    }

    @Override
    public NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("No tensor " + name);
        }
        return tensor;
    }

    /** The values of a tensor; writing changes it. */
    FloatBuffer values(String name) {
        return TensorMemory.floats(get(name));
    }

    Map<String, NDArray> all() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Number of values in all tensors. */
    long parameters() {
        return tensors.values().stream().mapToLong(NDArray::size).sum();
    }

    /** Writes the tensors whose names start with one of the prefixes; the same tensors give the same bytes. */
    void write(Path file, String... prefixes) {
        write(file, this, prefixes);
    }

    /** As above, with other values for the same names and shapes. */
    void write(Path file, Weights source, String... prefixes) {
        List<TensorDeclaration> declarations = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            if (Arrays.stream(prefixes).anyMatch(name::startsWith)) {
                declarations.add(TensorDeclaration.f32(name, tensor.getShape().getShape()));
            }
        });
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations)) {
            declarations.forEach(
                    tensor -> writer.writeFloats(tensor.name(), TensorMemory.floats(source.get(tensor.name()))));
            writer.commit();
        }
    }
}
