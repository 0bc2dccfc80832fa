package org.crvqa.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The git revision that this program was built from, written by the build. */
public final class BuildRevision {
    private static final String RESOURCE = "/crvqa-revision.properties";

    private BuildRevision() {}

    /** Abbreviated, with "-dirty" where the tree had changes; "unknown" where it was built outside a checkout. */
    public static String get() {
        try (InputStream in = BuildRevision.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("git.commit.id.describe", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + RESOURCE, e);
        }
    }
}
