package org.crvqa.vqa.mask;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.EditDistance;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.LayerSparsity;

/** Rates of single layers, by the modules' names without the model's prefix. */
public final class LayerRates {
    private static final int SUGGESTIONS = 3;

    private final List<LayerSparsity> layers;

    private LayerRates(List<LayerSparsity> layers) {
        this.layers = layers;
    }

    /**
     * @param modules of the tensors that are masked, such as {@code encoder.layer.0.attention.self.query}
     * @throws InvalidInputException when a layer has nothing that is masked; names the nearest that have
     */
    static LayerRates of(List<LayerSparsity> layers, Collection<String> modules) {
        Set<String> known = new LinkedHashSet<>();
        for (String module : modules) {
            for (int dot = module.indexOf('.'); dot >= 0; dot = module.indexOf('.', dot + 1)) {
                known.add(module.substring(0, dot));
            }
            known.add(module);
        }
        for (LayerSparsity layer : layers) {
            if (!known.contains(layer.getName())) {
                throw new InvalidInputException(
                        "Task spec: sparsity.layers names \"" + layer.getName()
                                + "\", which holds no masked matrix of this model",
                        "Nearest names: " + String.join(", ", nearest(layer.getName(), known)) + ".");
            }
        }
        return new LayerRates(layers);
    }

    /** @throws InvalidInputException when one layer is inside another, or a layer occurs twice */
    public static void checkApart(List<LayerSparsity> layers) {
        for (int i = 0; i < layers.size(); i++) {
            for (int j = 0; j < layers.size(); j++) {
                if (i != j && within(layers.get(i).getName(), layers.get(j).getName())) {
                    throw new InvalidInputException(
                            "Task spec: sparsity.layers names \""
                                    + layers.get(i).getName() + "\" inside \""
                                    + layers.get(j).getName() + "\", so it is not clear which rate holds",
                            "Name layers that do not overlap.");
                }
            }
        }
    }

    /** The rate of a module, when a layer says so. */
    Optional<Double> of(String module) {
        return layers.stream()
                .filter(layer -> within(module, layer.getName()))
                .map(LayerSparsity::getRate)
                .findFirst();
    }

    private static boolean within(String module, String layer) {
        return module.equals(layer) || module.startsWith(layer + ".");
    }

    private static List<String> nearest(String name, Set<String> known) {
        return known.stream()
                .sorted(Comparator.comparingInt((String other) -> EditDistance.of(name, other)))
                .limit(SUGGESTIONS)
                .toList();
    }
}
