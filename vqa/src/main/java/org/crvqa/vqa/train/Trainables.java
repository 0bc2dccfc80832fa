package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.PrunedGroup;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.TrainedGroup;
import org.crvqa.vqa.tensor.Torch;

/** The tensors of a model that a stage trains as they are, pruned values of masked ones staying 0. */
final class Trainables {
    private final Torch torch;
    private final ModelTensors tensors;
    private final ModelConfig config;
    private final DebiasLoss loss;
    private final NDManager manager;

    /** {@code manager} owns moments. */
    Trainables(Torch torch, ModelTensors tensors, ModelConfig config, DebiasLoss loss, NDManager manager) {
        this.torch = torch;
        this.tensors = tensors;
        this.config = config;
        this.loss = loss;
        this.manager = manager;
    }

    /** Trained tensors in two parts. */
    record Parts(PrunedGroup pruned, DenseGroup others) {
        List<TrainedGroup> groups() {
            return List.of(pruned, others);
        }
    }

    /** Everything that can get a gradient: moments for what never does would only take memory. */
    Parts all(Map<String, byte[]> kept) {
        Map<String, long[]> fixed = loss.trainsParameters() ? Map.of() : loss.parameters(config.hiddenSize());
        Set<String> unused = config.unused();
        List<String> names = new ArrayList<>();
        tensors.all().keySet().forEach(name -> {
            if (!fixed.containsKey(name) && !unused.contains(name)) {
                names.add(name);
            }
        });
        return parts(names, kept);
    }

    /** Tensors of the answer head, and the loss's own where it trains them. */
    Parts head(Iterable<String> head, Map<String, byte[]> kept) {
        List<String> names = new ArrayList<>();
        head.forEach(names::add);
        if (loss.trainsParameters()) {
            names.addAll(loss.parameters(config.hiddenSize()).keySet());
        }
        return parts(names, kept);
    }

    private Parts parts(List<String> names, Map<String, byte[]> kept) {
        Map<String, NDArray> pruned = new LinkedHashMap<>();
        Map<String, NDArray> others = new LinkedHashMap<>();
        names.forEach(name -> (kept.containsKey(name) ? pruned : others).put(name, tensors.get(name)));
        return new Parts(new PrunedGroup(torch, pruned, kept, manager), new DenseGroup(others, manager));
    }
}
