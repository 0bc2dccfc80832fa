package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.crvqa.vqa.tensor.Torch;

/**
 * Both ways of {@link Selection} on the same values, for a self-test of a device: results must be the same bytes.
 *
 * @param counted 1 where a value stays, as counting bits in Java says
 * @param sorted the same, as a stable sort on the device says
 */
public record SelectionTrial(byte[] counted, byte[] sorted) {
    /** Drops the {@code zeros} smallest of these values, of which none is NaN. Waits for the device. */
    public static SelectionTrial smallest(Torch torch, float[] values, int zeros) {
        try (NDManager manager = torch.newManager()) {
            List<NDArray> tensors = List.of(torch.floats(manager, values, values.length));
            return of(
                    selection -> {
                        Cuts cuts = new Cuts(torch, tensors, manager);
                        selection.cut(tensors, new int[] {zeros}, cuts);
                        return torch.ops()
                                .above(
                                        tensors.get(0),
                                        cuts.values().get(0),
                                        cuts.after().get(0),
                                        manager);
                    },
                    torch);
        }
    }

    /** Keeps so many of each {@code of} neighbours, of which none is NaN. Waits for the device. */
    public static SelectionTrial groups(Torch torch, float[] values, int keep, int of) {
        try (NDManager manager = torch.newManager()) {
            List<NDArray> tensors = List.of(torch.floats(manager, values, values.length));
            return of(
                    selection -> {
                        NDArray kept = manager.zeros(tensors.get(0).getShape(), DataType.BOOLEAN);
                        selection.groups(tensors, new NmGroups(keep, of), List.of(kept));
                        return kept;
                    },
                    torch);
        }
    }

    /** Truth values of what stays. */
    @FunctionalInterface
    private interface Kept {
        NDArray by(Selection selection);
    }

    private static SelectionTrial of(Kept kept, Torch torch) {
        return new SelectionTrial(
                torch.transfer().flags(kept.by(new Selection.Radix(torch))),
                torch.transfer().flags(kept.by(new Selection.Sort(torch))));
    }
}
