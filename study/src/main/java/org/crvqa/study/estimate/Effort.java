package org.crvqa.study.estimate;

/**
 * What one task does.
 *
 * @param steps of the optimizer; 0 where nothing is trained
 * @param questions answered without training on them
 */
record Effort(WorkProfile profile, long steps, long questions) {
    /** In what the store's rates are counted: questions of an evaluation, steps of training, else the task itself. */
    long units() {
        return switch (profile.work()) {
            case WORK_KIND_EVALUATE -> questions;
            case WORK_KIND_STAGE1, WORK_KIND_STAGE2, WORK_KIND_STAGE3, WORK_KIND_UNSPECIFIED, UNRECOGNIZED ->
                profile.trains() ? steps : 1;
        };
    }
}
