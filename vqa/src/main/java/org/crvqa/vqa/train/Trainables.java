package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.FixedZeros;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.optim.DenseTrainable;
import org.crvqa.vqa.optim.Trainable;

/** The tensors of a model that a stage trains as they are, pruned values of masked ones staying 0. */
final class Trainables {
    private final ModelTensors tensors;
    private final ModelConfig config;
    private final DebiasLoss loss;
    private final NDManager manager;

    /** {@code manager} owns moments. */
    Trainables(ModelTensors tensors, ModelConfig config, DebiasLoss loss, NDManager manager) {
        this.tensors = tensors;
        this.config = config;
        this.loss = loss;
        this.manager = manager;
    }

    /** Everything that can get a gradient: moments for what never does would only take memory. */
    List<Trainable> all(Map<String, byte[]> kept) {
        Map<String, long[]> fixed = loss.trainsParameters() ? Map.of() : loss.parameters(config.hiddenSize());
        Set<String> unused = config.unused();
        List<Trainable> trainables = new ArrayList<>();
        tensors.all().keySet().forEach(name -> {
            if (!fixed.containsKey(name) && !unused.contains(name)) {
                trainables.add(of(name, kept));
            }
        });
        return trainables;
    }

    /** Tensors of the answer head, and the loss's own where it trains them. */
    List<Trainable> head(Iterable<String> names, Map<String, byte[]> kept) {
        List<Trainable> trainables = new ArrayList<>();
        names.forEach(name -> trainables.add(of(name, kept)));
        if (loss.trainsParameters()) {
            loss.parameters(config.hiddenSize()).keySet().forEach(name -> trainables.add(of(name, kept)));
        }
        return trainables;
    }

    private Trainable of(String name, Map<String, byte[]> kept) {
        Trainable dense = new DenseTrainable(name, tensors.get(name), manager);
        byte[] mask = kept.get(name);
        return mask == null ? dense : new FixedZeros(dense, mask);
    }
}
