package org.crvqa.vqa.device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.vqa.tensor.Libtorch;

/**
 * The variables by which the engine finds a libtorch other than the CPU build of this program. All three belong together: a
 * folder alone makes it look for a native part that there is not.
 */
final class EngineSettings {
    /** The line that mends all of them. */
    static final String LINE = "Set PYTORCH_LIBRARY_PATH to a folder with libtorch 2.7.1 for CUDA 12.8,"
            + " PYTORCH_FLAVOR=cu128 and PYTORCH_VERSION=2.7.1 (deploy/README.md says where it comes from); to compute on the CPU, unset all three.";

    private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
    private static final String FLAVOR = "PYTORCH_FLAVOR";
    private static final String VERSION = "PYTORCH_VERSION";
    private static final String NEEDED_FLAVOR = "cu128";
    private static final String NEEDED_VERSION = "2.7.1";
    // Of a folder that the engine unpacked itself: "2.7.1-20250812-cpu-linux-x86_64".
    private static final Pattern UNPACKED = Pattern.compile(".*-(cu\\d+)-linux-.*");

    private EngineSettings() {}

    /** What is wrong with them for a GPU, told without loading anything: a wrong one would end the process or download. */
    static Optional<Unusable> check(Surroundings surroundings) {
        Optional<String> folder = surroundings.setting(FOLDER);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        if (!holdsLibtorch(folder.get())) {
            return Optional.of(new Unusable(
                    FOLDER + " is " + folder.get() + ", where there is no " + System.mapLibraryName("torch"), LINE));
        }
        return Stream.of(wrong(surroundings, FLAVOR, NEEDED_FLAVOR), wrong(surroundings, VERSION, NEEDED_VERSION))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The CUDA build that was loaded; empty for a CPU build. */
    static Optional<String> flavor(Surroundings surroundings, Libtorch libtorch) {
        if (!libtorch.hasCuda()) {
            return Optional.empty();
        }
        Matcher unpacked = UNPACKED.matcher(String.valueOf(libtorch.folder().getFileName()));
        return unpacked.matches() ? Optional.of(unpacked.group(1)) : surroundings.setting(FLAVOR);
    }

    private static Optional<Unusable> wrong(Surroundings surroundings, String name, String needed) {
        String found = surroundings.setting(name).orElse("");
        return found.equals(needed)
                ? Optional.empty()
                : Optional.of(new Unusable(
                        name + " is " + (found.isEmpty() ? "not set" : "\"" + found + "\"")
                                + ", and this program's native part fits " + needed + " only",
                        "Set " + name + "=" + needed + "."));
    }

    private static boolean holdsLibtorch(String paths) {
        return Stream.of(paths.split(java.io.File.pathSeparator))
                .anyMatch(path -> Files.isRegularFile(Path.of(path).resolve(System.mapLibraryName("torch")))
                        || (Files.isRegularFile(Path.of(path)) && path.endsWith(System.mapLibraryName("torch"))));
    }
}
