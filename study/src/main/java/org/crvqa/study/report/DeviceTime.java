package org.crvqa.study.report;

import org.crvqa.artifact.v1.Producer;

/** How long the attempt that made an artifact held its device. */
public final class DeviceTime {
    private DeviceTime() {}

    /** Seconds, at least 0. Manifests of earlier versions say only when the work began and ended. */
    public static double seconds(Producer producer) {
        if (producer.getDeviceSeconds() > 0) {
            return producer.getDeviceSeconds();
        }
        long seconds =
                producer.getFinished().getSeconds() - producer.getStarted().getSeconds();
        int nanos = producer.getFinished().getNanos() - producer.getStarted().getNanos();
        return Math.max(0, seconds + nanos / 1e9);
    }
}
