package org.crvqa.vqa.analysis;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.crvqa.vqa.data.Dataset;

/**
 * How the regions of a dataset are distributed, so that a wrong unit of boxes or another extractor's features are seen.
 * Computed from the stored files, so of datasets of any age.
 *
 * @param images of the dataset
 * @param sampledImages so many of them, spread evenly, stand for all in what follows but the regions per image
 * @param sampledRegions regions of these
 * @param regionsPerImage of all images
 * @param boxWidth as a fraction of the image's width
 * @param boxHeight as a fraction of the image's height
 * @param boxArea as a fraction of the image's area
 * @param featureNorm Euclidean norm of a region's features
 * @param remarks what looks wrong, in sentences
 */
public record RegionProfile(
        int images,
        int sampledImages,
        long sampledRegions,
        Quantiles regionsPerImage,
        Quantiles boxWidth,
        Quantiles boxHeight,
        Quantiles boxArea,
        Quantiles featureNorm,
        List<String> remarks) {
    /** Enough for each percentile; 36 regions of 2048 features of so many images are 300 MB. */
    private static final int MOST_SAMPLED = 1000;

    /** Boxes that were fractions and divided by the image's size in pixels are smaller than this; no detector's are. */
    private static final double TINY = .01;

    /** A share of regions above which there is something to remark. */
    private static final double REMARKABLE = .01;

    /** Copies the remarks. */
    public RegionProfile {
        remarks = List.copyOf(remarks);
    }

    /** Whether not all images were looked at. */
    public boolean isSample() {
        return sampledImages < images;
    }

    /** Reads all boxes and features of a sample of images; all of a small dataset's. */
    public static RegionProfile of(Dataset dataset) {
        int sampled = Math.min(dataset.images(), MOST_SAMPLED);
        int[] rows = IntStream.range(0, sampled)
                .map(i -> (int) ((long) i * dataset.images() / sampled))
                .toArray();
        int regions = IntStream.of(rows).map(dataset::boxes).sum();
        Sizes sizes = new Sizes(regions);
        FloatBuffer boxes = FloatBuffer.allocate(dataset.maxBoxes() * 4);
        FloatBuffer features = FloatBuffer.allocate(Math.multiplyExact(dataset.maxBoxes(), dataset.featureDim()));
        for (int row : rows) {
            dataset.copyBoxes(row, boxes.clear());
            dataset.copyFeatures(row, features.clear());
            for (int region = 0; region < dataset.boxes(row); region++) {
                sizes.add(boxes, region, norm(features, region * dataset.featureDim(), dataset.featureDim()));
            }
        }
        double[] perImage =
                IntStream.range(0, dataset.images()).mapToDouble(dataset::boxes).toArray();
        List<String> remarks = sizes.remarks();
        return new RegionProfile(
                dataset.images(),
                sampled,
                regions,
                Quantiles.of(perImage),
                Quantiles.of(sizes.widths),
                Quantiles.of(sizes.heights),
                Quantiles.of(sizes.areas),
                Quantiles.of(sizes.norms),
                remarks);
    }

    private static double norm(FloatBuffer features, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) features.get(i) * features.get(i);
        }
        return Math.sqrt(sum);
    }

    /** Measures of regions, in the order in which they were added. */
    private static final class Sizes {
        final double[] widths;
        final double[] heights;
        final double[] areas;
        final double[] norms;
        private int count;

        Sizes(int regions) {
            widths = new double[regions];
            heights = new double[regions];
            areas = new double[regions];
            norms = new double[regions];
        }

        void add(FloatBuffer boxes, int region, double norm) {
            widths[count] = boxes.get(4 * region + 2) - boxes.get(4 * region);
            heights[count] = boxes.get(4 * region + 3) - boxes.get(4 * region + 1);
            areas[count] = widths[count] * heights[count];
            norms[count++] = norm;
        }

        List<String> remarks() {
            List<String> remarks = new ArrayList<>();
            double tiny = IntStream.range(0, count)
                            .filter(i -> widths[i] < TINY && heights[i] < TINY)
                            .count()
                    / (double) count;
            if (tiny > .5) {
                remarks.add(String.format(
                        Locale.ROOT,
                        "%.0f %% of the boxes are less than 1 %% of their images wide and high: boxes that were normalised"
                                + " before look so when they are taken for pixels. Import with --boxes normalized if they were.",
                        100 * tiny));
            }
            remark(remarks, DoubleStream.of(areas), "boxes have no area");
            remark(remarks, DoubleStream.of(norms), "regions have features that are all zero");
            return remarks;
        }

        private void remark(List<String> remarks, DoubleStream values, String what) {
            long zero = values.filter(value -> value == 0).count();
            if (zero > REMARKABLE * count) {
                remarks.add(String.format(Locale.ROOT, "%,d of the %,d %s.", zero, count, what));
            }
        }
    }
}
