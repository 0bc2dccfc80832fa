package org.crvqa.worker;

import java.util.Map;

/** What every worker runs on, for the provenance of results. */
final class Libraries {
    private Libraries() {}

    static Map<String, String> ofRuntime() {
        return Map.of(
                "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                "os",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch"));
    }
}
