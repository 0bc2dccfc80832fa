package org.crvqa.cli.local;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;

/** Says which GPUs this machine has. */
public interface GpuListing {
    /**
     * All of them, by index; at least one.
     *
     * @throws InvalidInputException when there is none, or the driver does not answer
     */
    List<GpuDevice> list() throws InterruptedException;
}
