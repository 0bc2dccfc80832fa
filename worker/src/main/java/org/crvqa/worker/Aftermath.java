package org.crvqa.worker;

/** What a worker must do about itself after a task, whatever the task is told and whether it is charged. */
enum Aftermath {
    /** Nothing: the next task finds a sound process. */
    NONE,
    /** Give back what the task left in the device's caches. */
    RELEASE_MEMORY,
    /** End: this process can use its device no more. */
    END_PROCESS
}
