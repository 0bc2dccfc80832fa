package org.crvqa.vqa.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorEntry;

/**
 * Which tensor of a checkpoint is which parameter: checkpoints of the bare {@code LxmertModel} lack the prefix that those
 * of a model with heads have.
 */
final class CheckpointNames {
    private static final String PREFIX = "lxmert.";
    private static final int SHOWN = 8;

    private final Map<String, String> stored = new HashMap<>();
    private final List<String> ignored = new ArrayList<>();

    private CheckpointNames() {}

    /**
     * Matches parameters with tensors.
     *
     * @throws InvalidInputException when tensors are missing or have other shapes
     */
    static CheckpointNames match(SafetensorsReader reader, Map<String, long[]> shapes) {
        CheckpointNames names = new CheckpointNames();
        List<String> missing = new ArrayList<>();
        List<String> otherShape = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            var entry = reader.find(name).or(() -> reader.find(name.substring(PREFIX.length())));
            if (entry.isEmpty()) {
                missing.add(name);
            } else if (!Arrays.equals(entry.get().dimensions(), shape)) {
                otherShape.add(name + " is " + entry.get().shape() + ", expected " + Arrays.toString(shape));
            } else {
                names.stored.put(name, entry.get().name());
            }
        });
        names.require(reader, missing, "lacks", "Give a complete checkpoint of an LXMERT model.");
        names.require(
                reader,
                otherShape,
                "does not fit its config.json in",
                "Give the config.json and the model.safetensors of the same model.");
        Set<String> used = new HashSet<>(names.stored.values());
        reader.tensors().stream()
                .map(TensorEntry::name)
                .filter(name -> !used.contains(name))
                .forEach(names.ignored::add);
        return names;
    }

    private void require(SafetensorsReader reader, List<String> problems, String what, String advice) {
        if (!problems.isEmpty()) {
            String shown = String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())));
            String rest = problems.size() > SHOWN ? "; and " + (problems.size() - SHOWN) + " more" : "";
            throw new InvalidInputException(
                    reader.file() + " " + what + " " + problems.size() + " tensor(s): " + shown + rest, advice);
        }
    }

    /** The name in the checkpoint of a parameter of LXMERT. */
    String stored(String parameter) {
        return stored.get(parameter);
    }

    /** Names of tensors that are no parameter of LXMERT, in the checkpoint's order. */
    List<String> ignored() {
        return ignored;
    }
}
