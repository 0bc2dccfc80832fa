package org.crvqa.study.estimate;

/** Whether there is a rate. */
sealed interface Finding {
    /** There is. */
    record Found(Rate rate) implements Finding {}

    /** There is none. {@code reason}: for people. */
    record Missing(String reason) implements Finding {}
}
