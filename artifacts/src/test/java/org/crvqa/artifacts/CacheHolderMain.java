package org.crvqa.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that has an artifact open, and a state that it writes, until it is killed, or its input ends. */
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
        LocalCache cache = LocalCache.onDisk(Path.of(arguments[0]), CacheLimit.DISK);
        cache.hold(new ArtifactKey(arguments[1]));
        Files.writeString(
                Files.createDirectories(cache.fresh(LocalCache.STATES)).resolve("state"), "half of it");
        System.out.println("held");
        while (System.in.read() >= 0) {
            // Waits for the end.
        }
    }
}
