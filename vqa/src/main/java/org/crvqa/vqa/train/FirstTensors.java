package org.crvqa.vqa.train;

import java.nio.file.Path;
import java.util.Map;
import org.crvqa.artifacts.Artifact;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WeightSource;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.WeightInit;

/** The tensors with which each stage starts. */
final class FirstTensors {
    /** Of the answer head's output layer. */
    private static final String OUTPUT_BIAS = "classifier.main.3.bias";

    private final ModelConfig config;
    private final Dataset dataset;
    private final Map<String, long[]> encoder;
    private final Map<String, long[]> head;

    FirstTensors(ModelConfig config, Dataset dataset) {
        this.config = config;
        this.dataset = dataset;
        this.encoder = config.shapes();
        this.head = HeadParameters.shapes(config.hiddenSize(), dataset.answers());
    }

    /** Stage 1: pre-trained or random weights, a random head. */
    void pretrained(TrainSpec spec, Artifact model, ModelTensors tensors) {
        WeightInit init = new WeightInit(spec.getSeed());
        if (spec.getWeights() == WeightSource.WEIGHT_SOURCE_STORED) {
            tensors.load(model.file(Inputs.WEIGHTS), encoder);
        } else {
            drawEncoder(init, tensors);
        }
        drawHead(init, spec.getTraining().getHeadBias() == HeadBias.HEAD_BIAS_TRAINING_PRIOR, tensors);
    }

    /** Random weights, a random head. */
    void drawn(long seed, ModelTensors tensors) {
        WeightInit init = new WeightInit(seed);
        drawEncoder(init, tensors);
        drawHead(init, false, tensors);
    }

    private void drawEncoder(WeightInit init, ModelTensors tensors) {
        encoder.forEach((name, shape) -> tensors.put(name, shape, init.encoder(config, name)));
    }

    private void drawHead(WeightInit init, boolean prior, ModelTensors tensors) {
        head.forEach((name, shape) -> tensors.put(
                name,
                shape,
                prior && name.equals(OUTPUT_BIAS)
                        ? WeightInit.priorLogits(dataset.meanScores())
                        : init.head(config.hiddenSize(), dataset.answers(), name)));
    }

    /** What training made, as it is. */
    void trained(Artifact trained, ModelTensors tensors) {
        tensors.load(trained.file(Inputs.WEIGHTS), encoder);
        tensors.load(trained.file(Inputs.WEIGHTS), head);
    }

    /** What {@link #trained} loads, once more, into the tensors that are there. */
    void reload(Artifact trained, ModelTensors tensors) {
        tensors.reload(trained.file(Inputs.WEIGHTS), encoder.keySet());
        tensors.reload(trained.file(Inputs.WEIGHTS), head.keySet());
    }

    /** Writes encoder and head, as the result of training holds them. */
    void write(ModelTensors tensors, Path file) {
        tensors.write(file, config.prefix(), "classifier.");
    }

    /** Weights with the mask's zeros, and the head of stage 2. The weights are stage 1's unless stage 2 brings its own. */
    void subnetwork(Artifact stage1, Artifact stage2, SubnetworkMask mask, ModelTensors tensors) {
        Artifact weights = Inputs.holdsWeights(stage2) ? stage2 : stage1;
        tensors.load(weights.file(Inputs.WEIGHTS), encoder);
        tensors.load(stage2.file(Inputs.HEAD), head);
        mask.names().forEach(name -> tensors.prune(name, mask.of(name)));
    }

    /** The loss's own parameters, drawn from the stage's seed. */
    void loss(DebiasLoss loss, long seed, ModelTensors tensors) {
        WeightInit init = new WeightInit(seed);
        loss.parameters(config.hiddenSize())
                .forEach((name, shape) -> tensors.put(name, shape, loss.initial(init, config.hiddenSize(), name)));
    }

    /** Number of values in encoder and head, without the loss's. */
    long parameters() {
        return count(encoder) + count(head);
    }

    /** Candidate answers. */
    int answers() {
        return dataset.answers();
    }

    /** Names of the answer head's tensors. */
    Iterable<String> headNames() {
        return head.keySet();
    }

    private static long count(Map<String, long[]> shapes) {
        long count = 0;
        for (long[] shape : shapes.values()) {
            long size = 1;
            for (long extent : shape) {
                size *= extent;
            }
            count += size;
        }
        return count;
    }
}
