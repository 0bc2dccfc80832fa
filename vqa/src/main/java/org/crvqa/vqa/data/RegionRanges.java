package org.crvqa.vqa.data;

import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.FixedPoint;
import java.util.Arrays;

/** Where the regions of each image begin and end among those of all images, as {@code pos_boxes} says. */
final class RegionRanges {
    private static final int MAX_IMAGES = 50_000_000;

    private final long[] bounds;
    private final int regions;

    private RegionRanges(long[] bounds, int regions) {
        this.bounds = bounds;
        this.regions = regions;
    }

    /**
     * Reads the dataset, [images, 2].
     *
     * @param regions of all images
     * @throws org.crvqa.artifacts.InvalidInputException when it is of another shape or type
     */
    static RegionRanges read(Place place, Dataset dataset, int regions) {
        int[] shape = dataset.getDimensions();
        if (!(dataset.getDataType() instanceof FixedPoint) || shape.length != 2 || shape[1] != 2) {
            throw place.invalid(
                    "the dataset has the shape " + Arrays.toString(shape) + " and the type "
                            + dataset.getDataType().getClass().getSimpleName()
                            + ", expected whole numbers [images, 2]: where the regions of each image begin and end",
                    Hdf5Regions.ADVICE);
        }
        if (shape[0] > MAX_IMAGES) {
            throw place.invalid("the dataset has " + shape[0] + " rows", Hdf5Regions.ADVICE);
        }
        Object flat = dataset.getDataFlat();
        long[] bounds = flat instanceof long[] longs
                ? longs
                : flat instanceof int[] ints
                        ? Arrays.stream(ints).asLongStream().toArray()
                        : new long[0];
        if (bounds.length != 2 * shape[0]) {
            throw place.invalid("the dataset is not of int32 or int64", Hdf5Regions.ADVICE);
        }
        return new RegionRanges(bounds, regions);
    }

    int images() {
        return bounds.length / 2;
    }

    /** The first region of an image; checked by {@link #count}. */
    int first(int image) {
        return (int) bounds[2 * image];
    }

    /** How many regions an image has. */
    int count(int image, Place place) {
        long first = bounds[2 * image];
        long end = bounds[2 * image + 1];
        if (first < 0 || end < first || end > regions) {
            throw place.invalid(
                    "pos_boxes says that its regions are those from " + first + " to " + end + ", expected some of the "
                            + regions + " that image_features has",
                    Place.REPLACE);
        }
        if (end - first < 1 || end - first > ImageRegions.MAX_REGIONS) {
            throw place.invalid(
                    "the image has " + (end - first) + " regions, expected 1 to " + ImageRegions.MAX_REGIONS,
                    "Leave the image out or give it regions.");
        }
        return (int) (end - first);
    }
}
