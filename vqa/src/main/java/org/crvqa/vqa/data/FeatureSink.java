package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Function;
import org.crvqa.vqa.tensorfile.RowsWriter;
import org.crvqa.vqa.tensorfile.TensorType;

/** Takes the regions of images, in the order of the index. Owned by one thread. */
interface FeatureSink extends AutoCloseable {
    /** Both little-endian, as they are stored. */
    void append(ByteBuffer features, ByteBuffer boxes);

    /** Makes what was taken valid. */
    void commit(ImageIndex index);

    @Override
    void close();

    /** One that keeps nothing, for files that are only checked. */
    static FeatureSink none() {
        return new FeatureSink() {
            @Override
            public void append(ByteBuffer features, ByteBuffer boxes) {}

            @Override
            public void commit(ImageIndex index) {}

            @Override
            public void close() {}
        };
    }

    /**
     * One that writes the artifact's files.
     *
     * @param target gives the path of a file to write
     */
    static FeatureSink of(TensorType type, Function<String, Path> target) {
        RowsWriter features = new RowsWriter(target.apply(DatasetFiles.FEATURES), DatasetFiles.FEATURES_TENSOR, type);
        RowsWriter boxes = new RowsWriter(target.apply(DatasetFiles.BOXES), DatasetFiles.BOXES_TENSOR, TensorType.F32);
        return new FeatureSink() {
            @Override
            public void append(ByteBuffer featureRows, ByteBuffer boxRows) {
                features.append(featureRows);
                boxes.append(boxRows);
            }

            @Override
            public void commit(ImageIndex index) {
                features.commit(index.featureDim());
                boxes.commit(DatasetFiles.BOX_NUMBERS);
                index.write(target.apply(DatasetFiles.IMAGES));
            }

            @Override
            public void close() {
                try (features) {
                    boxes.close();
                }
            }
        };
    }
}
