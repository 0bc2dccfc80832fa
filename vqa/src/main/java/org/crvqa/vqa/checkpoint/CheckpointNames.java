package org.crvqa.vqa.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.FloatDecoder;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Which tensor of a checkpoint is which parameter of a model. Checkpoints of a bare encoder lack the prefix that those of
 * a model with heads have; authors call the encoder, and VisualBERT's also its visual embeddings, otherwise; programs put
 * {@code module.} and the like before all; and old checkpoints have {@code gamma} and {@code beta} for the weight and bias
 * of layer normalisation. One {@link NamePrefix} holds for a whole checkpoint: the one under which most parameters are
 * found.
 */
public final class CheckpointNames {
    private static final int MOST_NEAREST = 5;

    /** What Hugging Face renamed when it took over VisualBERT, in Hugging Face's and in the authors' words. */
    private static final Map<String, String> RENAMED = Map.of(
            "embeddings.visual_token_type_embeddings.", "embeddings.token_type_embeddings_visual.",
            "embeddings.visual_position_embeddings.", "embeddings.position_embeddings_visual.",
            "embeddings.visual_projection.", "embeddings.projection.");

    private final Checkpoint checkpoint;
    private final String own;
    private final NamePrefix prefix;
    private final Map<String, String> stored = new HashMap<>();
    private final List<String> unexpected = new ArrayList<>();

    private CheckpointNames(Checkpoint checkpoint, String own, NamePrefix prefix) {
        this.checkpoint = checkpoint;
        this.own = own;
        this.prefix = prefix;
    }

    /**
     * Matches parameters with tensors.
     *
     * @param own the prefix of the model's parameters, such as {@code lxmert.}
     * @param shapes name to shape of the model's parameters
     * @throws InvalidInputException when tensors are missing, have other shapes, or are of types that are not read as
     *     floats
     */
    public static CheckpointNames match(Checkpoint checkpoint, String own, Map<String, long[]> shapes) {
        CheckpointNames names = new CheckpointNames(checkpoint, own, prefix(checkpoint, own, shapes.keySet()));
        names.match(shapes);
        return names;
    }

    private static NamePrefix prefix(Checkpoint checkpoint, String own, Set<String> parameters) {
        NamePrefix best = new NamePrefix("", own);
        long most = 0;
        for (NamePrefix prefix : NamePrefix.candidates(checkpoint.names(), own)) {
            CheckpointNames names = new CheckpointNames(checkpoint, own, prefix);
            long found = parameters.stream()
                    .filter(parameter -> names.find(parameter).isPresent())
                    .count();
            if (found > most) {
                best = prefix;
                most = found;
            }
        }
        return best;
    }

    private void match(Map<String, long[]> shapes) {
        List<String> missing = new ArrayList<>();
        shapes.keySet()
                .forEach(parameter -> find(parameter)
                        .ifPresentOrElse(name -> stored.put(parameter, name), () -> missing.add(name(parameter))));
        Set<String> rest = new LinkedHashSet<>(checkpoint.names());
        rest.removeAll(new HashSet<>(stored.values()));
        unexpected.addAll(rest);
        requireNone(missing);
        requireIndexed();
        requireFloats();
        requireShapes(shapes);
    }

    private void requireNone(List<String> missing) {
        if (missing.isEmpty()) {
            return;
        }
        List<String> nearest = missing.stream()
                .limit(MOST_NEAREST)
                .flatMap(name ->
                        NearestName.of(name, unexpected, checkpoint.names())
                                .map(near -> near + " for " + name)
                                .stream())
                .toList();
        throw new InvalidInputException(
                checkpoint.source() + " lacks " + missing.size() + " tensor(s): " + Listing.of(missing)
                        + (unexpected.isEmpty() ? "" : ". It holds besides: " + Listing.of(unexpected))
                        + (nearest.isEmpty() ? "" : ". The nearest names in it: " + Listing.of(nearest)),
                "Give a complete checkpoint of the model that config.json describes.");
    }

    private void requireIndexed() {
        List<String> unindexed = stored.values().stream()
                .sorted()
                .flatMap(name -> checkpoint.unindexed(name).map(file -> name + " in " + file.getFileName()).stream())
                .toList();
        if (!unindexed.isEmpty()) {
            throw ShardIndex.lacks(checkpoint.source(), unindexed);
        }
    }

    private void requireFloats() {
        List<String> others = stored.values().stream()
                .sorted()
                .flatMap(name -> otherType(name).map(type -> name + " is of " + type).stream())
                .toList();
        if (!others.isEmpty()) {
            throw new InvalidInputException(
                    checkpoint.source() + " holds " + others.size()
                            + " tensor(s) that cannot be converted exactly: " + Listing.of(others)
                            + "; expected F32, F16, BF16 or F64",
                    "Save these tensors as one of those types, such as by tensor.float() in Python; of a quantised"
                            + " model, give the one that it was made from.");
        }
    }

    private Optional<String> otherType(String name) {
        return checkpoint
                .findForeign(name)
                .map(tensor -> tensor.type())
                .or(() -> checkpoint
                        .find(name)
                        .map(TensorDeclaration::type)
                        .filter(type -> FloatDecoder.of(type).isEmpty())
                        .map(Enum::name));
    }

    private void requireShapes(Map<String, long[]> shapes) {
        List<String> others = new ArrayList<>();
        shapes.forEach((parameter, shape) -> {
            TensorDeclaration tensor = checkpoint.find(stored(parameter)).orElseThrow();
            long[] found = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            if (!Arrays.equals(found, shape)) {
                others.add(tensor.name() + " is " + Arrays.toString(found) + ", expected " + Arrays.toString(shape));
            }
        });
        if (!others.isEmpty()) {
            throw new InvalidInputException(
                    checkpoint.source() + " does not fit its config.json in " + others.size() + " tensor(s): "
                            + Listing.of(others),
                    "Give the config.json and the tensors of the same model.");
        }
    }

    private String name(String parameter) {
        return prefix.text() + parameter.substring(own.length());
    }

    private Optional<String> find(String parameter) {
        String name = name(parameter);
        return Stream.of(name, oldName(name), authorsName(name), oldName(authorsName(name)))
                .filter(checkpoint::has)
                .findFirst();
    }

    /** What TensorFlow's BERT called the parameters of layer normalisation; other names stay as they are. */
    private static String oldName(String name) {
        return name.replaceFirst("([Ll]ayer_?[Nn]orm)\\.weight$", "$1.gamma")
                .replaceFirst("([Ll]ayer_?[Nn]orm)\\.bias$", "$1.beta");
    }

    /** What VisualBERT's authors called a parameter of the visual embeddings; other names stay as they are. */
    private static String authorsName(String name) {
        for (var renamed : RENAMED.entrySet()) {
            if (name.contains(renamed.getKey())) {
                return name.replace(renamed.getKey(), renamed.getValue());
            }
        }
        return name;
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

    /** What was done to find the model's tensors in a checkpoint that names or keeps them otherwise; sentences. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(checkpoint.remarks());
        if (!prefix.wrapping().isEmpty()) {
            remarks.add("The prefix \"" + prefix.wrapping() + "\" was taken off the names of the tensors.");
        }
        if (prefix.ofAuthors()) {
            remarks.add("Names that the model's authors use were mapped to Hugging Face's: \"" + prefix.model()
                    + "\" is \"" + own + "\".");
        }
        long renamed = stored.values().stream()
                .filter(name -> RENAMED.values().stream().anyMatch(name::contains))
                .count();
        if (renamed > 0) {
            remarks.add(renamed + " tensors of the visual embeddings have the names of VisualBERT's authors, such as"
                    + " token_type_embeddings_visual, and were mapped to Hugging Face's.");
        }
        return remarks;
    }
}
