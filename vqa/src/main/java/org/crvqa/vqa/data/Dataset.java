package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.FloatMapping;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * A dataset artifact, open for reading: examples in memory, region features memory-mapped. Thread-safe. The artifact's
 * files must stay unchanged while it is in use.
 */
public final class Dataset implements AutoCloseable {
    private final DatasetDescription description;
    private final Map<String, Split> splits;
    private final List<Subset> subsets;
    private final float[] bias;
    private final float[] meanScores;
    private final long[] imageIds;
    private final long[] firstRegions;
    private final FloatMapping features;
    private final FloatMapping boxes;

    private Dataset(Artifact artifact) {
        description = DatasetDescription.read(artifact.file(DatasetFiles.DESCRIPTION));
        splits = new LinkedHashMap<>();
        for (String name : description.splits()) {
            splits.put(name, Split.read(name, artifact.file(DatasetFiles.split(name))));
        }
        subsets = description.subsets().isEmpty()
                ? List.of()
                : Subsets.read(artifact.file(DatasetFiles.SUBSETS), description.subsets(), splits);
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file(DatasetFiles.PRIORS))) {
            bias = reader.floats(DatasetFiles.BIAS);
            meanScores = reader.floats(DatasetFiles.MEAN_SCORES);
        }
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file(DatasetFiles.IMAGES))) {
            imageIds = reader.longs(DatasetFiles.IMAGE_ID);
            firstRegions = reader.longs(DatasetFiles.FIRST_REGION);
        }
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file(DatasetFiles.FEATURES))) {
            features = reader.mapFloats(DatasetFiles.FEATURES_TENSOR);
        }
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file(DatasetFiles.BOXES))) {
            boxes = reader.mapFloats(DatasetFiles.BOXES_TENSOR);
        }
    }

    /**
     * Opens a dataset. The caller closes it.
     *
     * @throws InvalidInputException when the artifact is not a dataset
     * @throws ArtifactCorruptException when its files do not fit together
     */
    public static Dataset open(Artifact artifact) {
        if (!artifact.manifest().hasDataset()) {
            throw new InvalidInputException(
                    "Artifact " + artifact.manifest().getKey() + " is not a dataset",
                    "Give the name or key of a dataset.");
        }
        Dataset dataset = new Dataset(artifact);
        dataset.check();
        return dataset;
    }

    private void check() {
        long regions = firstRegions[firstRegions.length - 1];
        boolean complete = meanScores.length == answers()
                && imageIds.length == images()
                && bias.length == (long) answers() * description.questionTypes().size()
                && (features.type() == TensorType.F32 || features.type() == TensorType.F16)
                && features.size() == regions * featureDim()
                && boxes.size() == regions * DatasetFiles.BOX_NUMBERS;
        if (!complete) {
            throw new ArtifactCorruptException("The dataset's files hold tensors whose lengths do not fit together");
        }
    }

    /** The candidate answers by label in an artifact's {@code dataset.json}, without opening the dataset. */
    public static List<String> answers(Path description) {
        return DatasetDescription.read(description).answers();
    }

    /** Names of the splits in the order of import. */
    public List<String> splitNames() {
        return description.splits();
    }

    /** A split. @throws InvalidInputException when there is none of this name; the message lists those that are */
    public Split split(String name) {
        Split split = splits.get(name);
        if (split == null) {
            throw new InvalidInputException(
                    "The dataset has no split " + name + " but " + String.join(", ", splitNames()),
                    "Name one of the dataset's splits.");
        }
        return split;
    }

    /** Question sets of the splits that are also scored on their own, in the order of import; empty for most datasets. */
    public List<Subset> subsets() {
        return subsets;
    }

    /** Number of candidate answers. */
    public int answers() {
        return description.answers().size();
    }

    /** A candidate answer by its label, in [0, {@link #answers()}). */
    public String answer(int label) {
        return description.answers().get(label);
    }

    /** A question type by its row, such as "how many". */
    public String questionType(int row) {
        return description.questionTypes().get(row);
    }

    /** Number of question types. */
    public int questionTypes() {
        return description.questionTypes().size();
    }

    /** Numbers per region feature. */
    public int featureDim() {
        return description.featureDim();
    }

    /** The most regions that an image has. */
    public int maxBoxes() {
        return description.maxBoxes();
    }

    /** How many regions an image has; {@code imageRow} as {@link Split#imageRow} gives it. */
    public int regions(int imageRow) {
        return Math.toIntExact(firstRegions[imageRow + 1] - firstRegions[imageRow]);
    }

    /** Number of images. */
    public int images() {
        return firstRegions.length - 1;
    }

    /** An image's id in its source; {@code row} as {@link Split#imageRow} gives it. */
    public long imageId(int row) {
        return imageIds[row];
    }

    /** Ids of images that were left out with their questions, because their features are damaged; ascending. */
    public List<Long> skippedImages() {
        return description.skippedImages();
    }

    /** Name and version of what cut the questions into word pieces; empty where it was not written down. */
    public Optional<String> tokenizer() {
        return Optional.ofNullable(description.tokenizer());
    }

    /** Number of word pieces, including the special ones. */
    public int vocabularySize() {
        return description.vocabularySize();
    }

    /** The id of [CLS]. */
    public int clsId() {
        return description.clsId();
    }

    /** The id of [SEP]. */
    public int sepId() {
        return description.sepId();
    }

    /** Mean soft score of each answer over the split that gives the priors; a new array [answers]. */
    public float[] meanScores() {
        return meanScores.clone();
    }

    /**
     * The bias prior of a question type: mean soft score of each answer over the type's examples in the split that
     * gives the priors, those without label included; for a type that does not occur there, over all its examples.
     *
     * @return a new array [answers]
     */
    public float[] bias(int questionType) {
        int from = Math.multiplyExact(questionType, answers());
        return Arrays.copyOfRange(bias, from, from + answers());
    }

    /** Copies an image's features [maxBoxes, featureDim], missing regions zero, to the destination's position. */
    public void copyFeatures(int imageRow, FloatBuffer destination) {
        copy(features, imageRow, featureDim(), destination);
    }

    /** Whether features are stored with 16 bits each, not 32. */
    public boolean halfFeatures() {
        return features.type() == TensorType.F16;
    }

    /**
     * Copies an image's features [maxBoxes, featureDim] in the bits in which they are stored, little-endian, missing
     * regions zero, to the destination's position and advances it.
     */
    public void copyStoredFeatures(int imageRow, ByteBuffer destination) {
        long first = firstRegions[imageRow];
        long count = (firstRegions[imageRow + 1] - first) * featureDim();
        int end = destination.position()
                + maxBoxes() * featureDim() * features.type().bytes();
        features.copyStored(first * featureDim(), Math.toIntExact(count), destination);
        while (destination.position() < end) {
            destination.put((byte) 0);
        }
    }

    /** Copies an image's boxes [maxBoxes, 4] as (x1/w, y1/h, x2/w, y2/h), missing regions zero. */
    public void copyBoxes(int imageRow, FloatBuffer destination) {
        copy(boxes, imageRow, DatasetFiles.BOX_NUMBERS, destination);
    }

    /** Number of an image's regions, at most {@link #maxBoxes}. */
    public int boxes(int imageRow) {
        return Math.toIntExact(firstRegions[imageRow + 1] - firstRegions[imageRow]);
    }

    private void copy(FloatMapping source, int imageRow, int width, FloatBuffer destination) {
        long first = firstRegions[imageRow];
        int count = Math.toIntExact(firstRegions[imageRow + 1] - first) * width;
        source.copy(first * width, count, destination);
        for (int i = maxBoxes() * width - count; i > 0; i--) {
            destination.put(0f);
        }
    }

    /** Ends the use of the dataset; memory mappings go when they become unreachable. */
    @Override
    public void close() {}
}
