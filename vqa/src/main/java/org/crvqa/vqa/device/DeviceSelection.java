package org.crvqa.vqa.device;

import java.util.Optional;

/**
 * Which device was chosen.
 *
 * @param device {@code cpu} or {@code gpu:0}
 * @param why for people, without a full stop
 * @param unusableGpu why there is no GPU to choose, where one was looked for
 */
public record DeviceSelection(String device, String why, Optional<Unusable> unusableGpu) {}
