package org.crvqa.artifacts;

import java.io.IOException;
import java.nio.file.Path;

/** A process that has an artifact open until it is killed, or its input ends. */
final class CacheHolderMain {
    private CacheHolderMain() {}

    static Process start(Path cache, ArtifactKey key) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CacheHolderMain.class.getName(),
                        cache.toString(),
                        key.hex())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws IOException {
        LocalCache.onDisk(Path.of(arguments[0]), CacheLimit.DISK).hold(new ArtifactKey(arguments[1]));
        System.out.println("held");
        while (System.in.read() >= 0) {
            // Waits for the end.
        }
    }
}
