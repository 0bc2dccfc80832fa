package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.model.ModelConfig;

/** Opens the artifacts that a task reads, each checked to be of the kind that the spec means, and remembers their keys. */
final class Inputs {
    /** Of models and of the results of training. */
    static final String CONFIG = "config.json";

    static final String WEIGHTS = "model.safetensors";

    /** Of the results of pruning. */
    static final String MASK = "mask.safetensors";

    static final String HEAD = "head.safetensors";

    private final ArtifactRepository repository;
    private final List<String> keys = new ArrayList<>();

    Inputs(ArtifactRepository repository) {
        this.repository = repository;
    }

    /** The keys of everything opened so far, in that order, each once. */
    List<String> keys() {
        return List.copyOf(keys);
    }

    /** The caller closes the dataset. */
    Dataset dataset(String key) {
        return Dataset.open(open(key));
    }

    /** A model: configuration and pre-trained weights. */
    Artifact model(String key) {
        return require(key, "a model", TaskSpec.WorkCase.MODEL);
    }

    /**
     * What training made, stage 1 or 3, from this dataset: its answer head counts answers as that dataset does, and
     * another one may have as many answers in another order.
     */
    Artifact trained(String key, String datasetKey) {
        Artifact trained = require(key, "the result of training (stage 1 or 3)", TaskSpec.WorkCase.TRAIN);
        String trainedOn = trained.manifest().getSpec().getTrain().getDatasetKey();
        if (!trainedOn.equals(datasetKey)) {
            throw new InvalidInputException(
                    "Artifact " + key + " was trained on dataset " + trainedOn + ", expected " + datasetKey
                            + " (dataset_key of the spec)",
                    "Use the dataset of the checkpoint: the order of its candidate answers is part of the model.");
        }
        return trained;
    }

    /**
     * As {@link #trained}, of stage 1: a mask over weights that were pruned before would not count their zeros.
     */
    Artifact dense(String key, String datasetKey) {
        Artifact dense = trained(key, datasetKey);
        if (dense.manifest().getSpec().getTrain().hasSubnetwork()) {
            throw new InvalidInputException(
                    "Artifact " + key + " is the result of stage 3, expected one of stage 1 (stage1_key of the spec)",
                    "Name the dense checkpoint.");
        }
        return dense;
    }

    /** What stage 2 made of the subnetwork's stage 1. */
    Artifact pruned(Subnetwork subnetwork) {
        Artifact pruned = require(subnetwork.getStage2Key(), "the result of stage 2", TaskSpec.WorkCase.PRUNE);
        String stage1 = pruned.manifest().getSpec().getPrune().getStage1Key();
        if (!stage1.equals(subnetwork.getStage1Key())) {
            throw new InvalidInputException(
                    "Task spec: subnetwork.stage2_key " + subnetwork.getStage2Key() + " was found in stage 1 " + stage1
                            + ", expected " + subnetwork.getStage1Key() + " (subnetwork.stage1_key)",
                    "Name a mask together with the checkpoint in which it was found.");
        }
        return pruned;
    }

    /** Whether the result of stage 2 brings trained weights: rounds of pruning that do not end with rewinding do. */
    static boolean holdsWeights(Artifact stage2) {
        return stage2.manifest().getFilesList().stream()
                .anyMatch(file -> file.getName().equals(WEIGHTS));
    }

    /** The configuration in a model or in what training made. */
    static ModelConfig config(Artifact artifact) {
        Path file = artifact.file(CONFIG);
        try {
            return ModelConfig.parse(
                    Files.readString(file),
                    CONFIG + " of artifact " + artifact.manifest().getKey());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private Artifact require(String key, String kind, TaskSpec.WorkCase work) {
        Artifact artifact = open(key);
        TaskSpec.WorkCase found = artifact.manifest().getSpec().getWorkCase();
        if (found != work) {
            throw new InvalidInputException(
                    "Artifact " + key + " is of kind " + found + ", expected " + kind, "Correct the key in the spec.");
        }
        return artifact;
    }

    private Artifact open(String key) {
        Artifact artifact = repository.open(new ArtifactKey(key));
        if (!keys.contains(key)) {
            keys.add(key);
        }
        return artifact;
    }
}
