package org.crvqa.vqa.data;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.task.v1.FeatureType;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Choices that decide what a dataset contains.
 *
 * @param minOccurrences a candidate answer is the majority answer of at least so many questions of {@code answersFrom}
 * @param answersFrom names of the splits whose answers count, in this order
 * @param priorSplit name of the split that gives the bias priors
 * @param labelSeed seeds the labels of examples without any candidate answer
 * @param featureType how region features are stored: float32 as they come, or rounded to float16 in half the space
 * @param boxUnit the unit of boxes in the features files; unspecified: pixels
 * @param skipDamagedImages at most so many images whose features are damaged are left out, with their questions
 */
public record ImportOptions(
        int minOccurrences,
        List<String> answersFrom,
        String priorSplit,
        long labelSeed,
        FeatureType featureType,
        BoxUnit boxUnit,
        long skipDamagedImages) {
    private static final String TRAIN = "train";

    /**
     * @throws InvalidInputException when {@code minOccurrences} is below 1, {@code skipDamagedImages} below 0 or {@code
     *     answersFrom} is empty
     */
    public ImportOptions {
        answersFrom = List.copyOf(answersFrom);
        if (minOccurrences < 1) {
            throw new InvalidInputException(
                    "The least number of occurrences of an answer is " + minOccurrences + ", expected at least 1",
                    "Give a number from 1 on; the paper uses 9.");
        }
        if (skipDamagedImages < 0) {
            throw new InvalidInputException(
                    "The number of damaged images to leave out is " + skipDamagedImages + ", expected at least 0",
                    "Give a number from 0 on.");
        }
        if (answersFrom.isEmpty()) {
            throw new InvalidInputException(
                    "No split is named from which to take candidate answers",
                    "Name at least one; the paper uses train.");
        }
    }

    /** As the canonical constructor, with boxes in pixels and no damaged image left out. */
    public ImportOptions(
            int minOccurrences, List<String> answersFrom, String priorSplit, long labelSeed, FeatureType featureType) {
        this(minOccurrences, answersFrom, priorSplit, labelSeed, featureType, BoxUnit.BOX_UNIT_UNSPECIFIED, 0);
    }

    /** As above, with float32 features. */
    public ImportOptions(int minOccurrences, List<String> answersFrom, String priorSplit, long labelSeed) {
        this(minOccurrences, answersFrom, priorSplit, labelSeed, FeatureType.FEATURE_TYPE_FLOAT32);
    }

    /** The same with another unit of boxes. */
    public ImportOptions withBoxUnit(BoxUnit unit) {
        return new ImportOptions(
                minOccurrences, answersFrom, priorSplit, labelSeed, featureType, unit, skipDamagedImages);
    }

    /** The same with so many damaged images that may be left out. */
    public ImportOptions withSkipDamagedImages(long most) {
        return new ImportOptions(minOccurrences, answersFrom, priorSplit, labelSeed, featureType, boxUnit, most);
    }

    /** The choices of the paper for VQA-CP v2: answers that occur 9 times in train, priors of train. */
    public static ImportOptions defaults() {
        return defaults(DatasetFormat.DATASET_FORMAT_VQA_CP_V2);
    }

    /**
     * As {@link #defaults()}, but answers are counted over train and val for VQA v2, whose test answers are not public. For
     * VQA-VS they are counted over train alone too, as the code does that was published with it.
     */
    public static ImportOptions defaults(DatasetFormat format) {
        List<String> answersFrom = switch (format) {
            case DATASET_FORMAT_VQA_CP_V2, DATASET_FORMAT_VQA_VS -> List.of(TRAIN);
            case DATASET_FORMAT_VQA_V2 -> usualCounts(format).get(1);
            case DATASET_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("Format " + format + " cannot be imported");
        };
        return new ImportOptions(9, answersFrom, TRAIN, 0);
    }

    /** Over which splits people count candidate answers: the training split alone, and what published code adds to it. */
    static List<List<String>> usualCounts(DatasetFormat format) {
        String other = format == DatasetFormat.DATASET_FORMAT_VQA_CP_V2 ? "test" : "val";
        return List.of(List.of(TRAIN), List.of(TRAIN, other));
    }

    /** Element type of the stored features. */
    TensorType tensorType() {
        return switch (featureType) {
            case FEATURE_TYPE_FLOAT32 -> TensorType.F32;
            case FEATURE_TYPE_FLOAT16 -> TensorType.F16;
            case FEATURE_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("Features cannot be stored as " + featureType);
        };
    }
}
