package org.crvqa.vqa.train;

import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.model.ModelConfig;

/** Whether a model can be run on a dataset. */
final class DatasetFit {
    private DatasetFit() {}

    /** @throws InvalidInputException when vocabulary, features or question length do not fit */
    static void check(ModelConfig config, Dataset dataset, TextOptions text) {
        same(
                "words in the vocabulary",
                "vocab_size",
                config.vocabSize(),
                dataset.vocabularySize(),
                "Import the dataset with the model's vocab.txt, or make the model for the dataset's vocabulary.");
        same(
                "numbers per region feature",
                "visual_feat_dim",
                config.featureSize(),
                dataset.featureDim(),
                "Use features of the kind that the model was made for, or make the model for these features.");
        if (text.getMaxTokens() > config.maxPositions()) {
            throw new InvalidInputException(
                    "Questions of " + text.getMaxTokens() + " tokens (text.max_tokens) do not fit the model, which has "
                            + config.maxPositions() + " positions (max_position_embeddings)",
                    "Lower text.max_tokens.");
        }
    }

    private static void same(String what, String key, int model, int dataset, String advice) {
        if (model != dataset) {
            throw new InvalidInputException(
                    "Model and dataset do not fit: the model's config.json has " + key + " " + model
                            + ", the dataset has " + dataset + " " + what,
                    advice);
        }
    }
}
