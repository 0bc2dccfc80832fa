package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;

/**
 * What is shown everything that training changes, so that it can go on from there later. One walk over the fields serves
 * both ways: saving copies what it is shown, restoring writes what was saved into it. So nothing that is saved can be
 * forgotten when it is restored. Names are unique within a walk, and every walk of a task shows the same fields.
 */
public interface StateFields {
    /** All values of a float tensor. */
    void floats(String name, NDArray tensor);

    /** All values of a tensor of truth values. */
    void flags(String name, NDArray tensor);

    /** All values of a tensor of 64-bit integers. */
    void integers(String name, NDArray tensor);

    /** Bytes of an array. */
    void bytes(String name, byte[] values);

    /** A whole number. @return the value to go on with */
    long number(String name, long value);

    /** A real number, kept to the last bit. @return the value to go on with */
    double real(String name, double value);

    /** Whether values were written, so that what follows from them is to be made anew. */
    boolean restores();
}
