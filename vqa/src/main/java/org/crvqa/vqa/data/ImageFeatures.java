package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.RowsWriter;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/** Turns files of region features into the artifact's files, with a few images in memory at a time. */
final class ImageFeatures {
    private final Map<Long, Integer> rows = new HashMap<>();
    private final LongStream.Builder imageIds = LongStream.builder();
    private final LongStream.Builder firstRegions = LongStream.builder();
    private long regions;
    private int featureDim;
    private int maxBoxes;

    private ImageFeatures() {}

    /**
     * Reads all files and writes the artifact's files of features, boxes and images.
     *
     * @param type of the stored features: F32 or F16
     * @param target gives the path of a file to write
     * @throws InvalidInputException when a line is not as it must be, or there is none
     */
    static ImageFeatures convert(
            SourceFiles sources, List<Path> files, TensorType type, Function<String, Path> target) {
        ImageFeatures result = new ImageFeatures();
        Path featuresFile = target.apply(DatasetFiles.FEATURES);
        Path boxesFile = target.apply(DatasetFiles.BOXES);
        try (RegionDecoding decoding = new RegionDecoding(type);
                RowsWriter features = new RowsWriter(featuresFile, DatasetFiles.FEATURES_TENSOR, type);
                RowsWriter boxes = new RowsWriter(boxesFile, DatasetFiles.BOXES_TENSOR, TensorType.F32)) {
            for (Path file : files) {
                result.read(sources, file, decoding, features, boxes);
            }
            features.commit(result.featureDim);
            boxes.commit(DatasetFiles.BOX_NUMBERS);
        }
        result.writeIndex(target.apply(DatasetFiles.IMAGES));
        return result;
    }

    private void read(SourceFiles sources, Path file, RegionDecoding decoding, RowsWriter features, RowsWriter boxes) {
        try (RegionReader reader = RegionReaders.open(sources, file)) {
            int before = rows.size();
            for (var image = decoding.next(reader); image.isPresent(); image = decoding.next(reader)) {
                add(image.get());
                features.append(image.get().features());
                boxes.append(image.get().boxes());
            }
            if (rows.size() == before) {
                throw new InvalidInputException(
                        file + " is empty, expected tab-separated lines of region features",
                        "Give the complete file as it was published.");
            }
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    private void add(ImageRegions image) {
        Integer earlier = rows.putIfAbsent(image.imageId(), rows.size());
        if (earlier != null) {
            throw image.place()
                    .invalid(
                            "image " + image.imageId() + " stands already in an earlier line (image " + (earlier + 1)
                                    + " of the import)",
                            "Remove one of the two lines.");
        }
        if (featureDim == 0) {
            featureDim = image.width();
        } else if (image.width() != featureDim) {
            throw image.place()
                    .invalid(
                            "features are " + image.width() + " wide, expected " + featureDim
                                    + " as in the lines before",
                            "Give features of one extractor only; the line may be cut or damaged.");
        }
        maxBoxes = Math.max(maxBoxes, image.count());
        imageIds.add(image.imageId());
        firstRegions.add(regions);
        regions += image.count();
    }

    private void writeIndex(Path file) {
        long[] ids = imageIds.build().toArray();
        firstRegions.add(regions);
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                file,
                List.of(
                        TensorDeclaration.of(DatasetFiles.IMAGE_ID, TensorType.I64, ids.length),
                        TensorDeclaration.of(DatasetFiles.FIRST_REGION, TensorType.I64, ids.length + 1L)))) {
            writer.writeLongs(DatasetFiles.IMAGE_ID, ids);
            writer.writeLongs(DatasetFiles.FIRST_REGION, firstRegions.build().toArray());
            writer.commit();
        }
    }

    /** The row of an image; empty when no file has it. */
    OptionalInt row(long imageId) {
        Integer row = rows.get(imageId);
        return row == null ? OptionalInt.empty() : OptionalInt.of(row);
    }

    int images() {
        return rows.size();
    }

    int featureDim() {
        return featureDim;
    }

    int maxBoxes() {
        return maxBoxes;
    }
}
