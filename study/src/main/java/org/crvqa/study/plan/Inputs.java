package org.crvqa.study.plan;

import java.util.List;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.WeightSource;

/**
 * What an experiment's names stand for.
 *
 * @param models in the experiment's order
 */
public record Inputs(ArtifactKey datasetKey, DatasetSummary dataset, List<Model> models) {
    /** The split that training reads. */
    public static final String TRAINING_SPLIT = "train";

    public Inputs {
        models = List.copyOf(models);
    }

    /**
     * A model of the store.
     *
     * @param name as the experiment calls it
     * @param weights never unspecified
     */
    public record Model(String name, ArtifactKey key, WeightSource weights, ModelSummary summary) {}

    /** Questions that training reads; 0 when the dataset has no such split. */
    static long trainingQuestions(DatasetSummary dataset) {
        return dataset.getSplitsList().stream()
                .filter(split -> split.getName().equals(TRAINING_SPLIT))
                .mapToLong(SplitSummary::getQuestions)
                .findFirst()
                .orElse(0);
    }
}
