package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;

/**
 * The {@link Cut}s of a list of tensors, on the device. Where values equal the cut and some of them stay, truth values
 * name the places from which on they do; usually there are none.
 */
final class Cuts {
    private final Torch torch;
    private final NDManager manager;
    private final NDArray nowhere;
    private final List<NDArray> values = new ArrayList<>();
    private final List<NDArray> lasts = new ArrayList<>();
    private final List<NDArray> after = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();

    /** For tensors of these shapes; {@code manager} owns what is needed. No cut has a meaning before it is set. */
    Cuts(Torch torch, List<NDArray> tensors, NDManager manager) {
        this.torch = torch;
        this.manager = manager;
        nowhere = manager.zeros(new Shape(0), DataType.BOOLEAN);
        for (NDArray tensor : tensors) {
            shapes.add(tensor.getShape());
            values.add(manager.zeros(new Shape()));
            lasts.add(manager.zeros(new Shape(), DataType.INT64));
            after.add(nowhere);
        }
    }

    /** Sets a cut that is known here. */
    void set(int place, Cut cut) {
        torch.transfer().set(values.get(place), new float[] {cut.value()});
        torch.transfer().set(lasts.get(place), new long[] {cut.lastIndex()});
        refresh(place, cut.lastIndex());
    }

    /** A cut as it is now. Waits for the device. */
    Cut get(int place) {
        return new Cut(torch.transfer().floats(values.get(place))[0], (int)
                torch.transfer().longs(lasts.get(place))[0]);
    }

    /** Finds a cut on the device: of the {@code zeros} smallest of these values. */
    void sort(int place, NDArray tensor, int zeros) {
        torch.ops().cutBySorting(tensor, zeros, values.get(place), lasts.get(place), places(place));
    }

    List<NDArray> values() {
        return values;
    }

    /** For each tensor the places at which values that equal the cut stay; without elements: nowhere. */
    List<NDArray> after() {
        return after;
    }

    void state(List<String> names, StateFields fields) {
        for (int i = 0; i < names.size(); i++) {
            fields.floats(names.get(i) + ":cut", values.get(i));
            fields.integers(names.get(i) + ":cut_last_index", lasts.get(i));
            if (fields.restores()) {
                refresh(i, (int) torch.transfer().longs(lasts.get(i))[0]);
            }
        }
    }

    private void refresh(int place, int last) {
        if (last >= shapes.get(place).size() - 1) {
            if (after.get(place) != nowhere) {
                after.get(place).close();
                after.set(place, nowhere);
            }
        } else {
            torch.ops().placesAfter(places(place), last);
        }
    }

    private NDArray places(int place) {
        if (after.get(place) == nowhere) {
            after.set(place, manager.zeros(shapes.get(place), DataType.BOOLEAN));
        }
        return after.get(place);
    }
}
