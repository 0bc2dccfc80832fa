package org.crvqa.vqa.mask;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.List;
import org.crvqa.vqa.tensor.Torch;

/**
 * Which k values of each tensor are the smallest, exactly: among equal ones those with the smallest index, -0 equal to 0,
 * NaN last. The one thing that needs two ways: counting bits where values lie in main memory, a stable sort on a GPU.
 */
interface Selection {
    /** Sets the cut below which exactly {@code zeros[i]} of the i-th tensor's values lie. */
    void cut(List<NDArray> values, int[] zeros, Cuts cuts);

    /** Sets truth values to 0 for the smallest of each group, else 1. */
    void groups(List<NDArray> values, NmGroups groups, List<NDArray> kept);

    /** The faster one where the device is. */
    static Selection of(Torch torch) {
        return torch.device().equals(Device.cpu()) ? new Radix(torch) : new Sort(torch);
    }

    /** By {@link KthSmallest}. */
    record Radix(Torch torch) implements Selection {
        @Override
        public void cut(List<NDArray> values, int[] zeros, Cuts cuts) {
            for (int i = 0; i < zeros.length; i++) {
                FloatBuffer view = torch.transfer().view(values.get(i));
                cuts.set(i, Cut.of(view, zeros[i]));
            }
        }

        @Override
        public void groups(List<NDArray> values, NmGroups groups, List<NDArray> kept) {
            for (int i = 0; i < values.size(); i++) {
                FloatBuffer view = torch.transfer().view(values.get(i));
                torch.transfer().set(kept.get(i), groups.kept(view, false));
            }
        }
    }

    /** On the device; never waits for it. */
    record Sort(Torch torch) implements Selection {
        @Override
        public void cut(List<NDArray> values, int[] zeros, Cuts cuts) {
            for (int i = 0; i < zeros.length; i++) {
                cuts.sort(i, values.get(i), zeros[i]);
            }
        }

        @Override
        public void groups(List<NDArray> values, NmGroups groups, List<NDArray> kept) {
            for (int i = 0; i < values.size(); i++) {
                torch.ops().keepGreatestOfGroups(kept.get(i), values.get(i), groups.of() - groups.keep(), groups.of());
            }
        }
    }
}
