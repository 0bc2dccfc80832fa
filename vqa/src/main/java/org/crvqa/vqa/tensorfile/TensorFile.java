package org.crvqa.vqa.tensorfile;

import java.nio.file.Path;
import java.util.List;

/** A file of named tensors that are read one at a time, whatever its format. Thread-safe. */
public interface TensorFile extends AutoCloseable {
    /** The file that is read. */
    Path file();

    /** All tensors of types that are read, in the file's order, none name twice. */
    List<TensorDeclaration> declarations();

    /** All other tensors, in the file's order; none has the name of one that is read. */
    List<ForeignTensor> foreign();

    /**
     * A tensor of F32, F16, BF16 or F64, row-major as floats; for fewer than 2^31 elements.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when there is no such tensor, it is not of a float type, or the
     *     file is damaged
     */
    float[] floats(String name);

    @Override
    void close();
}
