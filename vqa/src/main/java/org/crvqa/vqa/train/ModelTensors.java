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
import org.crvqa.vqa.mask.MagnitudeMask;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Transfer;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/** Named float tensors on the device, in the order in which they are stored. The manager given owns the tensors. */
final class ModelTensors implements Weights {
    private final Transfer transfer;
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    ModelTensors(Torch torch, NDManager manager) {
        this.transfer = torch.transfer();
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
                transfer.fill(add(name, shape), memory -> reader.copyFloats(name, memory));
            });
        }
    }

    /** Overwrites tensors that are there with those of a file that {@link #load} has read before. */
    void reload(Path file, Iterable<String> names) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            names.forEach(name -> transfer.fill(get(name), memory -> reader.copyFloats(name, memory)));
        }
    }

    /** Adds a tensor with these values, row-major. */
    void put(String name, long[] shape, float[] values) {
        transfer.set(add(name, shape), values);
    }

    private NDArray add(String name, long[] shape) {
        NDArray tensor = manager.zeros(new Shape(shape));
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

    /** The values of a tensor, to be read before it changes. Waits for the device. */
    FloatBuffer values(String name) {
        return transfer.view(get(name));
    }

    /** Sets every weight of a tensor that does not stay to 0. {@code kept}: 1 where a weight stays. */
    void prune(String name, byte[] kept) {
        transfer.edit(get(name), values -> MagnitudeMask.apply(kept, values));
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
            declarations.forEach(tensor -> writer.writeFloats(tensor.name(), transfer.view(source.get(tensor.name()))));
            writer.commit();
        }
    }
}
