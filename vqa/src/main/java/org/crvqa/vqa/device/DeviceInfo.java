package org.crvqa.vqa.device;

import java.util.Optional;
import org.crvqa.artifact.v1.Hardware;

/**
 * What computes: on another one of these, results may differ in their last bits.
 *
 * @param device {@code cpu} or {@code gpu:0}
 * @param name of the GPU, or the processor's model
 * @param driverVersion of the GPU
 * @param memoryBytes of the GPU, all of it
 * @param libtorchVersion of the native library
 * @param djlVersion of the library that drives it
 * @param cudaFlavor of the native library, such as {@code cu128}; empty for a CPU build
 */
public record DeviceInfo(
        String device,
        Optional<String> name,
        Optional<String> driverVersion,
        Optional<Long> memoryBytes,
        String libtorchVersion,
        String djlVersion,
        Optional<String> cudaFlavor) {
    /** Whether it is a GPU. */
    public boolean isGpu() {
        return !device.equals("cpu");
    }

    /** What of this a manifest holds beside the names of the device and of the libraries. */
    public Hardware hardware() {
        Hardware.Builder hardware = Hardware.newBuilder();
        name.ifPresent(hardware::setName);
        driverVersion.ifPresent(hardware::setDriverVersion);
        memoryBytes.ifPresent(hardware::setMemoryBytes);
        cudaFlavor.ifPresent(hardware::setCudaFlavor);
        return hardware.build();
    }
}
