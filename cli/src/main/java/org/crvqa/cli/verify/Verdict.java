package org.crvqa.cli.verify;

/** What the comparison of two runs says. */
enum Verdict {
    /** Killed and resumed, with the same result. */
    EQUAL,
    /** The results differ. */
    DIFFERENT,
    /** Nothing was resumed: equal results would say nothing about states. */
    NO_PROOF
}
