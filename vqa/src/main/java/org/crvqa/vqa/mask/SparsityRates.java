package org.crvqa.vqa.mask;

import org.crvqa.task.v1.Sparsity;
import org.crvqa.vqa.model.Modality;

/** The fraction of zeros that each masked matrix of a modality gets; each in [0, 1). */
public record SparsityRates(double language, double vision, double fusion, double pooler) {
    public SparsityRates {
        check("language", language);
        check("vision", vision);
        check("fusion", fusion);
        check("pooler", pooler);
    }

    /** As a task spec says. @throws IllegalArgumentException when a rate is not in [0, 1) */
    public static SparsityRates of(Sparsity spec) {
        return new SparsityRates(spec.getLanguage(), spec.getVision(), spec.getFusion(), spec.getPooler());
    }

    /** The rate of a modality. */
    public double of(Modality modality) {
        return switch (modality) {
            case LANGUAGE -> language;
            case VISION -> vision;
            case FUSION -> fusion;
            case POOLER -> pooler;
        };
    }

    /**
     * How many of n values are zeros: none at sparsity 0; otherwise the product cut to an integer as Python's {@code int(n *
     * sparsity)} does, at least 1 as in the original.
     */
    public static int zeros(int n, double sparsity) {
        return sparsity == 0 ? 0 : Math.max(1, (int) (n * sparsity));
    }

    private static void check(String name, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("sparsity." + name + " is " + rate + ", expected a number in [0, 1)");
        }
    }
}
