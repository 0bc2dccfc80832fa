package org.crvqa.vqa.model;

/** The part of the model to which a masked matrix belongs; each part has its own sparsity. */
public enum Modality {
    /** Word embeddings and the language encoder. */
    LANGUAGE,
    /** Visual embeddings and the object-relationship encoder. */
    VISION,
    /** The cross-modality encoder. */
    FUSION,
    /** The dense layer on the first language token. */
    POOLER
}
