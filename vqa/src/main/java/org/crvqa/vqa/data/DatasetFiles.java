package org.crvqa.vqa.data;

/**
 * Names of a dataset artifact's files and of the tensors in them.
 *
 * <ul>
 *   <li>{@code dataset.json}: {@link DatasetDescription}
 *   <li>{@code vocab.txt}: word pieces, as imported
 *   <li>{@code features.safetensors}: {@code features} F32 or F16 [regions, feature dim], images one after the other
 *   <li>{@code boxes.safetensors}: {@code boxes} F32 [regions, 4], as fractions of the image's width and height
 *   <li>{@code images.safetensors}: {@code image_id} I64 [images]; {@code first_region} I64 [images + 1]
 *   <li>{@code priors.safetensors}: {@code bias} F32 [question types, answers]; {@code mean_scores} F32 [answers]
 *   <li>{@code subsets.safetensors}, when there are any: for each a tensor of its name, I32 [examples], places in its
 *       split, ascending
 *   <li>{@code split-<name>.safetensors}, examples by ascending question id: {@code question_id} I64 [n];
 *       {@code image_row}, {@code label}, {@code question_type} I32 [n]; {@code answer_type} U8 [n]; lists as
 *       {@code token_start} I32 [n + 1] into {@code tokens} I32, {@code score_start} I32 [n + 1] into
 *       {@code score_answer} I32 and {@code score_value} F32
 * </ul>
 */
final class DatasetFiles {
    static final String DESCRIPTION = "dataset.json";
    static final String VOCABULARY = "vocab.txt";
    static final String FEATURES = "features.safetensors";
    static final String BOXES = "boxes.safetensors";
    static final String IMAGES = "images.safetensors";
    static final String SUBSETS = "subsets.safetensors";
    static final String PRIORS = "priors.safetensors";

    static final String FEATURES_TENSOR = "features";
    static final String BOXES_TENSOR = "boxes";
    static final String IMAGE_ID = "image_id";
    static final String FIRST_REGION = "first_region";
    static final String BIAS = "bias";
    static final String MEAN_SCORES = "mean_scores";
    static final String QUESTION_ID = "question_id";
    static final String IMAGE_ROW = "image_row";
    static final String LABEL = "label";
    static final String QUESTION_TYPE = "question_type";
    static final String ANSWER_TYPE = "answer_type";
    static final String TOKEN_START = "token_start";
    static final String TOKENS = "tokens";
    static final String SCORE_START = "score_start";
    static final String SCORE_ANSWER = "score_answer";
    static final String SCORE_VALUE = "score_value";

    static final int BOX_NUMBERS = 4;

    private DatasetFiles() {}

    static String split(String name) {
        return "split-" + name + ".safetensors";
    }
}
