package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/** Writes and reads the subsets' file as {@link DatasetFiles} says. */
final class Subsets {
    private Subsets() {}

    static void write(Path file, List<Subset> subsets) {
        List<TensorDeclaration> tensors = subsets.stream()
                .map(subset -> TensorDeclaration.of(subset.name(), TensorType.I32, subset.size()))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            for (Subset subset : subsets) {
                writer.writeInts(subset.name(), subset.examples());
            }
            writer.commit();
        }
    }

    /** @throws ArtifactCorruptException when places are not those of examples, ascending */
    static List<Subset> read(Path file, List<DatasetDescription.SubsetName> names, Map<String, Split> splits) {
        List<Subset> subsets = new ArrayList<>();
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            for (DatasetDescription.SubsetName name : names) {
                int[] examples = reader.ints(name.name());
                Split split = splits.get(name.split());
                if (split == null || !ascendBelow(examples, split.size())) {
                    throw new ArtifactCorruptException(
                            file + ": subset " + name.name() + " does not fit to split " + name.split());
                }
                subsets.add(new Subset(name.name(), name.split(), examples));
            }
        }
        return List.copyOf(subsets);
    }

    private static boolean ascendBelow(int[] places, int size) {
        int previous = -1;
        for (int place : places) {
            if (place <= previous || place >= size) {
                return false;
            }
            previous = place;
        }
        return places.length > 0;
    }
}
