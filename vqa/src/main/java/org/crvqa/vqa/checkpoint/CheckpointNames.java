package org.crvqa.vqa.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Which tensor of a checkpoint is which parameter of a model. Checkpoints of a bare encoder lack the prefix that those of
 * a model with heads have, the authors' own call it {@code bert.}, those of {@code DataParallel} put {@code module.}
 * before all, and old ones have {@code gamma} and {@code beta} for the weight and bias of layer normalisation. One prefix
 * holds for a whole checkpoint: the one under which most parameters are found.
 */
public final class CheckpointNames {
    private static final String PARALLEL = "module.";
    private static final String AUTHORS = "bert.";

    private final Checkpoint checkpoint;
    private final String own;
    private final String prefix;
    private final Map<String, String> stored = new HashMap<>();
    private final List<String> unexpected = new ArrayList<>();

    private CheckpointNames(Checkpoint checkpoint, String own, String prefix) {
        this.checkpoint = checkpoint;
        this.own = own;
        this.prefix = prefix;
    }

    /**
     * Matches parameters with tensors.
     *
     * @param own the prefix of the model's parameters, such as {@code lxmert.}
     * @param shapes name to shape of the model's parameters
     * @throws InvalidInputException when tensors are missing or have other shapes
     */
    public static CheckpointNames match(Checkpoint checkpoint, String own, Map<String, long[]> shapes) {
        CheckpointNames names = new CheckpointNames(checkpoint, own, prefix(checkpoint, own, shapes.keySet()));
        names.match(shapes);
        return names;
    }

    private static String prefix(Checkpoint checkpoint, String own, Collection<String> parameters) {
        String best = own;
        long most = 0;
        for (String plain : List.of(own, AUTHORS, "")) {
            for (String prefix : List.of(plain, PARALLEL + plain)) {
                CheckpointNames names = new CheckpointNames(checkpoint, own, prefix);
                long found = parameters.stream()
                        .filter(parameter -> names.find(parameter).isPresent())
                        .count();
                if (found > most) {
                    best = prefix;
                    most = found;
                }
            }
        }
        return best;
    }

    private void match(Map<String, long[]> shapes) {
        List<String> missing = new ArrayList<>();
        List<String> otherShape = new ArrayList<>();
        shapes.forEach((parameter, shape) -> {
            Optional<TensorDeclaration> tensor = find(parameter);
            if (tensor.isEmpty()) {
                missing.add(name(parameter));
                return;
            }
            String name = tensor.get().name();
            stored.put(parameter, name);
            long[] found =
                    tensor.get().shape().stream().mapToLong(Long::longValue).toArray();
            if (!Arrays.equals(found, shape)) {
                otherShape.add(name + " is " + Arrays.toString(found) + ", expected " + Arrays.toString(shape));
            }
        });
        Set<String> rest = new LinkedHashSet<>(checkpoint.names());
        rest.removeAll(new HashSet<>(stored.values()));
        unexpected.addAll(rest);
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    checkpoint.source() + " lacks " + missing.size() + " tensor(s): " + Listing.of(missing)
                            + (rest.isEmpty() ? "" : ". It holds besides: " + Listing.of(unexpected)),
                    "Give a complete checkpoint of the model that config.json describes.");
        }
        if (!otherShape.isEmpty()) {
            throw new InvalidInputException(
                    checkpoint.source() + " does not fit its config.json in " + otherShape.size() + " tensor(s): "
                            + Listing.of(otherShape),
                    "Give the config.json and the tensors of the same model.");
        }
    }

    private String name(String parameter) {
        return prefix + parameter.substring(own.length());
    }

    private Optional<TensorDeclaration> find(String parameter) {
        String name = name(parameter);
        return checkpoint.find(name).or(() -> checkpoint.find(oldName(name)));
    }

    /** What TensorFlow's BERT called the parameters of layer normalisation; other names stay as they are. */
    private static String oldName(String name) {
        return name.replaceFirst("([Ll]ayer_?[Nn]orm)\\.weight$", "$1.gamma")
                .replaceFirst("([Ll]ayer_?[Nn]orm)\\.bias$", "$1.beta");
    }

    /** The name in the checkpoint of a parameter of the model. */
    public String stored(String parameter) {
        String name = stored.get(parameter);
        if (name == null) {
            throw new IllegalArgumentException(parameter + " is no parameter of the model");
        }
        return name;
    }

    /** Names of tensors that are no parameter of the model, in the checkpoint's order. */
    public List<String> unexpected() {
        return unexpected;
    }
}
