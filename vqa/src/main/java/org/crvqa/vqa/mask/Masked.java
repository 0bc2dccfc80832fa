package org.crvqa.vqa.mask;

import org.crvqa.vqa.optim.Trainable;

/** A trained mask over a tensor; {@link #tensor()} is the effective weight W M. */
public interface Masked extends Trainable {
    /** Makes the mask the one that is evaluated and saved after so many steps. */
    void settle(int stepsDone);

    /** Called before a step, counted from 0: draws the step's mask where masks are drawn. */
    void stepBegins(int step);

    /** The binary mask now, 1 where the weight stays. */
    byte[] kept();
}
