package org.crvqa.vqa.model;

/** In which numbers linear layers multiply. Everything else is computed in 32-bit floats, and so are all weights. */
public enum Precision {
    /** 32-bit floats. */
    FLOAT32,
    /**
     * Operands and results rounded to bfloat16, sums in 32-bit floats; a GPU may round partial sums of long rows to bfloat16
     * before it adds them.
     */
    BFLOAT16
}
