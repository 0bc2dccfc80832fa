package org.crvqa.vqa.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorEntry;

/** The tensors of a checkpoint as they are used, pruned weights 0; one at a time in memory. Close it. */
final class CheckpointTensors implements AutoCloseable {
    private final SafetensorsReader weights;
    private final SafetensorsReader head;
    private final Optional<SafetensorsReader> mask;
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    CheckpointTensors(ExportSource source) {
        weights = SafetensorsReader.open(source.weights());
        head = source.head().map(SafetensorsReader::open).orElse(weights);
        mask = source.mask().map(SafetensorsReader::open);
        shapes.putAll(source.config().shapes());
        shapes.putAll(HeadParameters.shapes(
                source.config().hiddenSize(), source.answers().size()));
    }

    /** Name to shape of all tensors, the encoder's first. */
    Map<String, long[]> shapes() {
        return shapes;
    }

    /** Names of the tensors that have a mask. */
    Set<String> masked() {
        Set<String> names = new TreeSet<>();
        mask.ifPresent(
                reader -> reader.tensors().stream().map(TensorEntry::name).forEach(names::add));
        return names;
    }

    /** Which values stay, 1 or 0, of a masked tensor. */
    byte[] kept(String name) {
        return mask.orElseThrow().booleans(name);
    }

    /** A tensor's values, row-major, zeros where the mask says so. */
    float[] values(String name) {
        SafetensorsReader reader = name.startsWith("classifier.") ? head : weights;
        float[] values = reader.floats(name);
        if (masked().contains(name)) {
            byte[] kept = kept(name);
            for (int i = 0; i < values.length; i++) {
                if (kept[i] == 0) {
                    values[i] = 0f;
                }
            }
        }
        return values;
    }

    @Override
    public void close() {
        weights.close();
        head.close();
        mask.ifPresent(SafetensorsReader::close);
    }
}
