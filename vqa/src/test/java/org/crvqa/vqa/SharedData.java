package org.crvqa.vqa;

import java.nio.file.Path;

/** Data for tests that lies beside the project, not in it. Tests that need it skip with a message where it is absent. */
public final class SharedData {
    private SharedData() {}

    /** A file of the folder {@code shared} beside the project's root, or of CRVQA_SHARED; may not exist. */
    public static Path file(String name) {
        String folder = System.getenv("CRVQA_SHARED");
        Path shared = folder == null ? Path.of("..", "..", "shared") : Path.of(folder);
        return shared.resolve(name).toAbsolutePath().normalize();
    }
}
