package org.crvqa.vqa.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.device.ArithmeticSelfTest;
import org.crvqa.vqa.device.SelfTest;
import org.crvqa.vqa.mask.SelectionTrial;
import org.crvqa.vqa.tensor.Torch;

/**
 * What a device must pass before it is given work: exact products, six training steps of a tiny model twice, the choice of
 * a mask's zeros, and a product in bfloat16. Takes about a second.
 *
 * <p>A GPU's steps are compared with the same steps on the CPU beside it. The CPU's own are compared with losses that are
 * recorded here, those of Hugging Face's LxmertModel with torch's optimizers in 64-bit floats from the same numbers ({@code
 * src/test/python/check_trial.py} makes them; on a CPU with AVX-512 this code came within 1e-7 of them).
 */
public final class DeviceSelfTest implements SelfTest {
    /** As the golden tests': of losses relative, of values absolute. */
    static final double TOLERANCE = 1e-4;

    /** Of the three dense steps, then of the three mask steps. */
    private static final List<Double> LOSSES =
            List.of(6.8382274, 5.7872308, 5.8401432, 6.5552704, 5.6688942, 5.7309157);

    private static final int VALUES = 300;
    private static final int KEEP = 2;
    private static final int OF = 4;

    private final SelfTest arithmetic;
    private final Trial trial;
    private final Choice choice;

    /** Makes the steps on a device. */
    @FunctionalInterface
    interface Trial {
        TrialSteps.Found run(Torch torch);
    }

    /** Drops the smallest of some values on a device, in both ways. */
    @FunctionalInterface
    interface Choice {
        SelectionTrial smallest(Torch torch, float[] values, int zeros);
    }

    public DeviceSelfTest() {
        this(new ArithmeticSelfTest(), torch -> TrialSteps.run(torch, new TrialModel()), SelectionTrial::smallest);
    }

    /** {@code trial} and {@code choice}: what the device that is tested does. */
    DeviceSelfTest(SelfTest arithmetic, Trial trial, Choice choice) {
        this.arithmetic = arithmetic;
        this.trial = trial;
        this.choice = choice;
    }

    @Override
    public Result run(Torch torch) {
        return torch.device().isGpu()
                ? run(torch, "gpu:0", "the CPU's", TrialSteps.run(torch.reference(), new TrialModel()))
                : run(torch, "cpu", "recorded ones", new TrialSteps.Found(LOSSES, Map.of(), Map.of()));
    }

    /** {@code expected}: what is not in it is not compared. */
    Result run(Torch torch, String device, String source, TrialSteps.Found expected) {
        Device tested = new Device(device);
        String products = arithmetic.run(torch).summary();
        TrialSteps.Found found;
        try {
            found = trial.run(torch);
        } catch (DivergedException e) {
            throw tested.refusal("training steps that end on other devices do not on this one. " + e.getMessage());
        }
        tested.requireClose(found, expected);
        tested.requireSame(found, trial.run(torch));
        requireChoice(torch, tested);
        Optional<String> rounding = Bfloat16Trial.run(torch);
        if (rounding.isPresent()) {
            throw tested.refusal(rounding.get());
        }
        return new Result(
                products + "; the losses of " + expected.losses().size()
                        + " training steps are within " + TOLERANCE + " of " + source
                        + (expected.values().isEmpty()
                                ? ""
                                : " and so are " + expected.values().size() + " trained tensors")
                        + ", twice to the bit; sorting chooses a mask's zeros as counting does; a product in bfloat16 is within its rounding");
    }

    /** Few different values, so that most are ties, and both zeros. */
    private void requireChoice(Torch torch, Device tested) {
        Random random = new Random(VALUES);
        float[] values = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = (random.nextInt(9) - 4) * (random.nextBoolean() ? 0.25f : -0.25f);
        }
        for (int zeros : new int[] {0, 1, VALUES / 2, VALUES / 2 + 1, VALUES - 1, VALUES}) {
            tested.requireSame(
                    "whether a value stays when the " + zeros + " smallest of " + VALUES + " are dropped",
                    choice.smallest(torch, values, zeros));
        }
        tested.requireSame(
                "whether a value stays when " + KEEP + " of each " + OF + " are kept",
                SelectionTrial.groups(torch, values, KEEP, OF));
    }

    /** Words of what a device does wrong. */
    private record Device(String name) {
        InvalidInputException refusal(String what) {
            return SelfTest.refusal(name, what);
        }

        void requireClose(TrialSteps.Found found, TrialSteps.Found expected) {
            for (int i = 0; i < expected.losses().size(); i++) {
                double loss = found.losses().get(i);
                double wanted = expected.losses().get(i);
                // Written so that NaN fails.
                if (!(Math.abs(loss - wanted) <= TOLERANCE * Math.abs(wanted))) {
                    throw refusal("the loss of " + step(i) + " is " + loss + ", expected " + wanted + " to " + TOLERANCE
                            + " of it");
                }
            }
            expected.values()
                    .forEach((name, wanted) -> requireClose(name, found.values().get(name), wanted));
            found.surplusZeros().forEach((name, surplus) -> {
                if (surplus != 0) {
                    throw refusal("the mask of " + name + " has " + surplus
                            + " more zeros than it should after mask step " + TrialSteps.STEPS + ", expected 0 more");
                }
            });
        }

        private void requireClose(String name, float[] found, float[] wanted) {
            for (int i = 0; i < wanted.length; i++) {
                if (!(Math.abs(found[i] - (double) wanted[i]) <= TOLERANCE)) {
                    throw refusal("element " + i + " of " + name + " is " + found[i] + " after step " + TrialSteps.STEPS
                            + ", expected " + wanted[i] + " to " + TOLERANCE);
                }
            }
        }

        void requireSame(TrialSteps.Found first, TrialSteps.Found second) {
            for (int i = 0; i < first.losses().size(); i++) {
                if (!first.losses().get(i).equals(second.losses().get(i))) {
                    throw refusal("it makes the same steps twice and the loss of " + step(i) + " is first "
                            + first.losses().get(i) + ", then "
                            + second.losses().get(i));
                }
            }
            first.values().forEach((name, values) -> {
                float[] again = second.values().get(name);
                int i = Arrays.mismatch(values, again);
                if (i >= 0) {
                    throw refusal("it makes the same steps twice and element " + i + " of " + name + " is first "
                            + values[i] + ", then " + again[i]);
                }
            });
        }

        void requireSame(String what, SelectionTrial found) {
            int i = Arrays.mismatch(found.sorted(), found.counted());
            if (i >= 0) {
                throw refusal(what + ": at " + i + " its sort says " + found.sorted()[i] + ", expected "
                        + found.counted()[i]);
            }
        }

        private static String step(int place) {
            return (place < TrialSteps.STEPS ? "dense" : "mask") + " step " + (place % TrialSteps.STEPS + 1);
        }
    }
}
