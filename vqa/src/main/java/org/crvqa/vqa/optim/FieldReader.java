package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;

/** Is shown fields and changes none; a subclass looks at those that it wants. */
public abstract class FieldReader implements StateFields {
    @Override
    public void floats(String name, NDArray tensor) {}

    @Override
    public void flags(String name, NDArray tensor) {}

    @Override
    public void integers(String name, NDArray tensor) {}

    @Override
    public void bytes(String name, byte[] values) {}

    @Override
    public long number(String name, long value) {
        return value;
    }

    @Override
    public double real(String name, double value) {
        return value;
    }

    @Override
    public boolean restores() {
        return false;
    }
}
