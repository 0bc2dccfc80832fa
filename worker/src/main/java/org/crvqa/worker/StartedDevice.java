package org.crvqa.worker;

import org.crvqa.artifact.v1.Hardware;

/**
 * The device that a handler has started its engine on.
 *
 * @param device {@code cpu} or {@code gpu:0}
 * @param hardware what that is, for the provenance of results
 * @param why it was chosen, for the log
 */
public record StartedDevice(String device, Hardware hardware, String why) {
    /** For people. */
    @Override
    public String toString() {
        String name = hardware.getName().isEmpty() ? device : device + " (" + hardware.getName() + ")";
        return hardware.getDriverVersion().isEmpty() ? name : name + ", driver " + hardware.getDriverVersion();
    }
}
