package org.crvqa.vqa.train;

import java.util.stream.IntStream;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;

/**
 * Examples of a split that are trained on or scored together.
 *
 * @param name in metrics: the split's, or that of the held-out part
 * @param places in the split, ascending and so by ascending question identifier; not to be changed
 */
record Examples(String name, Split split, int[] places) {
    /** A whole split. */
    static Examples all(Split split) {
        return new Examples(
                split.name(), split, IntStream.range(0, split.size()).toArray());
    }

    /**
     * What a selection names.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the dataset has no such split
     */
    static Examples of(Dataset dataset, SplitSelection selection) {
        return all(dataset.split(selection.getName())).first(selection.getMaxQuestions());
    }

    int size() {
        return places.length;
    }

    /** Those with the lowest question identifiers; all when {@code most} is 0. */
    Examples first(int most) {
        return most == 0 || most >= places.length
                ? this
                : new Examples(name, split, IntStream.of(places).limit(most).toArray());
    }

    /** Places in the split of members, which are numbered from 0. */
    int[] places(int[] members) {
        return IntStream.of(members).map(member -> places[member]).toArray();
    }
}
