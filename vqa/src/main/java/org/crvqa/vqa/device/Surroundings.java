package org.crvqa.vqa.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What of process and machine decides which device is there.
 *
 * @param environment variables
 * @param properties system properties by name
 * @param root of the file system
 */
record Surroundings(Map<String, String> environment, UnaryOperator<@Nullable String> properties, Path root) {
    Surroundings {
        environment = Map.copyOf(environment);
    }

    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), System::getProperty, Path.of("/"));
    }

    /** An environment variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    Optional<String> property(String name) {
        return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isBlank());
    }

    /** As the engine looks for its settings: a variable, else a system property. */
    Optional<String> setting(String name) {
        return variable(name).or(() -> property(name));
    }

    boolean exists(String file) {
        return Files.exists(root.resolve(file));
    }

    /** A small file's text; empty where it is not there or may not be read. */
    Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
