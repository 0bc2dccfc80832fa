package org.crvqa.vqa;

import org.crvqa.vqa.tensor.Torch;

/** The device that tests compute on: the CPU, or what the system property {@code crvqa.test.device} names. */
public final class TestDevice {
    /** As {@code CRVQA_DEVICE} names it. */
    public static final String NAME = System.getProperty("crvqa.test.device", "cpu");

    private TestDevice() {}

    /** The engine with one thread. */
    public static Torch torch() {
        return Torch.start(NAME, 1);
    }
}
