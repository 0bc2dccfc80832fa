package org.crvqa.vqa.mask;

import java.util.Map;
import org.crvqa.vqa.optim.TrainedGroup;

/** Trained masks over tensors; {@link #tensors()} are the effective weights W M. */
public interface Masked extends TrainedGroup {
    /** Makes the masks those that are evaluated and saved after so many steps. */
    void settle(int stepsDone);

    /** Called before a step, counted from 0: draws the step's masks where masks are drawn. */
    void stepBegins(int step);

    /** Each binary mask now by its tensor's name, 1 where the weight stays. Waits for the device. */
    Map<String, byte[]> kept();

    /** How many weights each binary mask keeps now, in the order of the names. Waits for the device once. */
    long[] keptCounts();
}
