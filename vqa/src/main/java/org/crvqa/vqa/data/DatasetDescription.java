package org.crvqa.vqa.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset holds besides numbers.
 *
 * @param format version of the artifact's layout
 * @param splits names in the order of import
 * @param subsets question sets of the splits that are also scored on their own
 * @param answers candidate answers by label
 * @param questionTypes by row of the bias table
 * @param tokenizer name and version of what cut the questions; null in datasets of releases before it was written down
 * @param skippedImages ids of images that were left out with their questions because their features are damaged,
 *     ascending; absent in the file where there are none
 */
record DatasetDescription(
        @JsonProperty("format") int format,
        @JsonProperty("splits") List<String> splits,
        @JsonProperty("subsets") List<SubsetName> subsets,
        @JsonProperty("answers") List<String> answers,
        @JsonProperty("question_types") List<String> questionTypes,
        @JsonProperty("feature_dim") int featureDim,
        @JsonProperty("max_boxes") int maxBoxes,
        @JsonProperty("vocabulary_size") int vocabularySize,
        @JsonProperty("cls_id") int clsId,
        @JsonProperty("sep_id") int sepId,

        @JsonProperty("tokenizer") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        String tokenizer,

        @JsonProperty("skipped_images") @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        List<Long> skippedImages) {
    static final int FORMAT = 2;

    /** A subset's name and its split's. */
    record SubsetName(
            @JsonProperty("name") String name,
            @JsonProperty("split") String split) {}

    /** What a later release adds without a new format does not matter here. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    DatasetDescription {
        splits = List.copyOf(splits);
        subsets = List.copyOf(subsets);
        answers = List.copyOf(answers);
        questionTypes = List.copyOf(questionTypes);
        skippedImages = skippedImages == null ? List.of() : List.copyOf(skippedImages);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, CanonicalJson.of(JSON.writeValueAsString(this)), StandardCharsets.UTF_8);
    }

    static DatasetDescription read(Path file) {
        try {
            DatasetDescription description = JSON.readValue(file.toFile(), DatasetDescription.class);
            if (description.format != FORMAT) {
                throw new ArtifactCorruptException(
                        file + " is of format " + description.format + ", this program reads " + FORMAT);
            }
            return description;
        } catch (JsonProcessingException e) {
            throw new ArtifactCorruptException(file + " is not a dataset description: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
