package org.crvqa.vqa.train;

/** What a {@link Benchmark} measures. */
public enum BenchmarkWork {
    /** All weights are trained. */
    STAGE1("stage1"),
    /** Masks are trained, and the answer head. */
    STAGE2("stage2"),
    /** A subnetwork is trained. */
    STAGE3("stage3"),
    /** Questions are answered. */
    EVALUATE("evaluate");

    private final String label;

    BenchmarkWork(String label) {
        this.label = label;
    }

    /** As options and reports call it. */
    public String label() {
        return label;
    }
}
