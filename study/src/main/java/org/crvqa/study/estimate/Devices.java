package org.crvqa.study.estimate;

/** Devices in words. */
final class Devices {
    private Devices() {}

    /** "gpu" of "gpu:0": hours on any of them are alike. */
    static String type(String device) {
        int number = device.indexOf(':');
        return number < 0 ? device : device.substring(0, number);
    }

    /** "cpu, 2 threads". */
    static String words(String device, int threads) {
        return device + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
