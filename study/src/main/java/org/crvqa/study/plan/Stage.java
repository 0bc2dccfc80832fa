package org.crvqa.study.plan;

/** The stages of the method that train. */
enum Stage {
    /** Fine-tune the dense model. */
    DENSE,
    /** Find a mask and train the answer head. */
    SUBNETWORK,
    /** Fine-tune the pruned model. */
    PRUNED
}
