package org.crvqa.vqa.analysis;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorEntry;

/**
 * The stored mask of a subnetwork: BOOL tensors named and shaped as the weights that they mask, 1 where a weight stays.
 *
 * @param label names the mask in messages
 * @param path a safetensors file
 */
public record MaskFile(String label, Path path) {
    /** The masked matrices with their shapes. Masks of biases have one dimension and are left out. */
    Map<String, List<Long>> matrices() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        try (SafetensorsReader reader = SafetensorsReader.open(path)) {
            for (TensorEntry tensor : reader.tensors()) {
                if (tensor.shape().size() == 2 && tensor.elements() > 0) {
                    shapes.put(tensor.name(), tensor.shape());
                }
            }
        }
        if (shapes.isEmpty()) {
            throw new InvalidInputException(
                    "The mask of " + label + " (" + path + ") holds no matrix", "Give the result of stage 2.");
        }
        return shapes;
    }

    PackedMask read(String matrix) {
        try (SafetensorsReader reader = SafetensorsReader.open(path)) {
            return PackedMask.of(reader.booleans(matrix));
        }
    }
}
