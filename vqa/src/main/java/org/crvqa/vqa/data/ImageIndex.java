package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/** Which images of the features files are taken, in their order, and where their regions are. Owned by one thread. */
final class ImageIndex {
    private final Map<Long, Integer> rows = new HashMap<>();
    private final List<Place> places = new ArrayList<>();
    private final LongStream.Builder imageIds = LongStream.builder();
    private final LongStream.Builder firstRegions = LongStream.builder();
    private long regions;
    private int featureDim;
    private int maxBoxes;

    /** Adds the next image, which is not here yet and whose features are as wide as those before. */
    void add(ImageRegions image) {
        rows.put(image.imageId(), rows.size());
        places.add(image.place());
        featureDim = image.width();
        maxBoxes = Math.max(maxBoxes, image.count());
        imageIds.add(image.imageId());
        firstRegions.add(regions);
        regions += image.count();
    }

    /** The row of an image; empty when no file has it whole. */
    OptionalInt row(long imageId) {
        Integer row = rows.get(imageId);
        return row == null ? OptionalInt.empty() : OptionalInt.of(row);
    }

    /** Where the image that was taken stands in its file, for messages; empty when no file has it whole. */
    Optional<Place> place(long imageId) {
        OptionalInt row = row(imageId);
        return row.isPresent() ? Optional.of(places.get(row.getAsInt())) : Optional.empty();
    }

    int size() {
        return rows.size();
    }

    /** Numbers per region; 0 before the first image. */
    int featureDim() {
        return featureDim;
    }

    /** The most regions that an image has. */
    int maxBoxes() {
        return maxBoxes;
    }

    /** Writes the artifact's file of images; to be called once, after the last image. */
    void write(Path file) {
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
}
