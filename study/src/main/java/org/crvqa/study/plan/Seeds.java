package org.crvqa.study.plan;

import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The seeds of one run, unsigned.
 *
 * @param stage1 of the dense model
 * @param stage2 of the search for a subnetwork; empty for a dense model and for masks that draw nothing
 * @param stage3 of fine-tuning the subnetwork; empty without a stage 3
 */
public record Seeds(long stage1, OptionalLong stage2, OptionalLong stage3) {
    /** Of a dense model. */
    public static Seeds dense(long stage1) {
        return new Seeds(stage1, OptionalLong.empty(), OptionalLong.empty());
    }

    /** "seed 0", or by stage where they differ: "seeds 42/49/42", with '-' for a stage that has none. */
    String label() {
        boolean one = LongStream.concat(stage2.stream(), stage3.stream()).allMatch(seed -> seed == stage1);
        if (one) {
            return "seed " + Long.toUnsignedString(stage1);
        }
        String first = Long.toUnsignedString(stage1) + "/" + text(stage2);
        return "seeds " + first + (stage3.isPresent() ? "/" + text(stage3) : "");
    }

    private static String text(OptionalLong seed) {
        return seed.stream().mapToObj(Long::toUnsignedString).collect(Collectors.joining())
                + (seed.isEmpty() ? "-" : "");
    }
}
