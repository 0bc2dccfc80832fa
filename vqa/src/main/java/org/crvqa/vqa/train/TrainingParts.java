package org.crvqa.vqa.train;

import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.HeldOut;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;

/**
 * The split "train" in its two parts: what is trained on, and what is held out so that it can choose a checkpoint.
 *
 * <p>An image is held out when the number in [0, 1) that {@link SplitMix64} draws first for (seed, image id) is below the
 * fraction. That is a function of nothing else: neither the order of the data nor other images move an image to the other
 * part, and a smaller fraction holds out a subset. The fraction of images is therefore met on average. The bias
 * priors of the dataset, and the head bias that is made of them, still count the whole split.
 *
 * @param training the whole split where nothing is held out
 */
record TrainingParts(Examples training, Optional<Examples> heldOut) {
    /** The split that is trained on. */
    static final String TRAINING_SPLIT = "train";
    /** What selections call the part that is not. */
    static final String HELD_OUT = "heldout";

    /**
     * Divides the training split.
     *
     * @throws InvalidInputException when a part is empty, or the dataset has a split of the held-out part's name
     */
    static TrainingParts of(Dataset dataset, TrainingSettings settings) {
        Split split = dataset.split(TRAINING_SPLIT);
        if (!settings.hasHeldOut()) {
            return new TrainingParts(Examples.all(split), Optional.empty());
        }
        if (dataset.splitNames().contains(HELD_OUT)) {
            throw new InvalidInputException(
                    "The dataset has a split " + HELD_OUT + " of its own, which is also the name of the part of "
                            + TRAINING_SPLIT + " that training.held_out sets aside",
                    "Import the dataset with another name for that split, or leave held_out away.");
        }
        HeldOut heldOut = settings.getHeldOut();
        boolean[] out = new boolean[dataset.images()];
        for (int image = 0; image < out.length; image++) {
            out[image] = isHeldOut(heldOut, dataset.imageId(image));
        }
        Examples training = part(TRAINING_SPLIT, split, example -> !out[split.imageRow(example)]);
        Examples rest = part(HELD_OUT, split, example -> out[split.imageRow(example)]);
        if (training.size() == 0 || rest.size() == 0) {
            throw new InvalidInputException(
                    "training.held_out of " + heldOut.getFraction() + " with seed "
                            + Long.toUnsignedString(heldOut.getSeed()) + " leaves " + training.size()
                            + " questions to train on and " + rest.size() + " held out, expected some in both",
                    "Choose another fraction; a small set may need another seed.");
        }
        return new TrainingParts(training, Optional.of(rest));
    }

    /** Whether an image is held out. */
    static boolean isHeldOut(HeldOut heldOut, long imageId) {
        return SplitMix64.of(heldOut.getSeed(), imageId).nextFraction() < heldOut.getFraction();
    }

    /**
     * What a selection names: the held-out part or a split of the dataset.
     *
     * @throws InvalidInputException when there is none of this name
     */
    Examples selected(Dataset dataset, SplitSelection selection) {
        return selection.getName().equals(HELD_OUT) && heldOut.isPresent()
                ? heldOut.get().first(selection.getMaxQuestions())
                : Examples.of(dataset, selection);
    }

    private static Examples part(String name, Split split, IntPredicate member) {
        return new Examples(
                name, split, IntStream.range(0, split.size()).filter(member).toArray());
    }
}
