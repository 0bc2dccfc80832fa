package org.crvqa.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.crvqa.artifact.v1.Producer;

/** What this program is and runs on, for the provenance of what it makes; the build writes the first part. */
public final class BuildInfo {
    private static final String RESOURCE = "/crvqa-revision.properties";

    private BuildInfo() {}

    /** Git revision, abbreviated, with "-dirty" where the tree had changes; "unknown" where it was built outside a checkout. */
    public static String revision() {
        return read("git.commit.id.describe");
    }

    /** Version of the program; "unknown" where the build did not say. */
    public static String version() {
        return read("git.build.version");
    }

    /** Versions of the Java platform and the operating system, by "java" and "os". */
    public static Map<String, String> platform() {
        return Map.of(
                "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                "os",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch"));
    }

    /** The producer of what the command line makes, such as imports: without times, so that the same import is the same. */
    public static Producer commandLine() {
        return Producer.newBuilder()
                .setComponent("crvqa")
                .setVersion(version())
                .setCodeRevision(revision())
                .putAllLibraries(platform())
                .build();
    }

    private static String read(String name) {
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty(name, "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + RESOURCE, e);
        }
    }
}
