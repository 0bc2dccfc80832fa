package org.crvqa.vqa.sample;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes scenes as lines of a bottom-up-attention TSV. Owned by one thread. */
final class RegionsFile implements Closeable {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final double LEAST_SIDE = .1;
    private static final double MOST_SIDE = .25;
    private static final double LAST_CORNER = .85;

    private final Writer out;
    private final RegionCodes codes;
    private final SampleOptions options;

    RegionsFile(Path file, RegionCodes codes, SampleOptions options) throws IOException {
        this.out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
        this.codes = codes;
        this.options = options;
    }

    /** Several noisy detections of every object, in random order. */
    void write(Scene scene, Draws draws) throws IOException {
        int count = options.boxes();
        ByteBuffer boxes = floats(count * 4);
        ByteBuffer features = floats(count * options.featureDim());
        int[] order = draws.permutation(count);
        for (int i = 0; i < count; i++) {
            SceneObject object = scene.objects().get(i % scene.objects().size());
            double[] centre = Attribute.centre(object.get(Attribute.PLACE));
            put(boxes, order[i] * 4, box(centre, draws));
            put(features, order[i] * options.featureDim(), codes.feature(object, draws));
        }
        out.write(String.join(
                "\t",
                Long.toString(scene.imageId()),
                Integer.toString(WIDTH),
                Integer.toString(HEIGHT),
                Integer.toString(count),
                Base64.getEncoder().encodeToString(boxes.array()),
                Base64.getEncoder().encodeToString(features.array())));
        out.write('\n');
    }

    /** (x1, y1, x2, y2) in pixels around a noisy centre, moved into the image. */
    private float[] box(double[] centre, Draws draws) {
        double x = draws.normal(centre[0], options.placeDeviation());
        double y = draws.normal(centre[1], options.placeDeviation());
        double width = draws.uniform(LEAST_SIDE, MOST_SIDE);
        double height = draws.uniform(LEAST_SIDE, MOST_SIDE);
        double left = Math.min(Math.max(x - width / 2, 0), LAST_CORNER);
        double top = Math.min(Math.max(y - height / 2, 0), LAST_CORNER);
        double right = Math.min(left + width, 1);
        double bottom = Math.min(top + height, 1);
        return new float[] {
            (float) (left * WIDTH), (float) (top * HEIGHT), (float) (right * WIDTH), (float) (bottom * HEIGHT)
        };
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(ByteBuffer target, int index, float[] values) {
        target.asFloatBuffer().put(index, values);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
