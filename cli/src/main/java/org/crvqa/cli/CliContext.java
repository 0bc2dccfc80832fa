package org.crvqa.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Properties;
import org.crvqa.cli.config.Configuration;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.local.ClusterFolder;

/**
 * What commands know of the world.
 *
 * @param console where they write
 * @param environment variables of the process
 * @param home the checkout or installation that holds the packaged services
 * @param userHome the person's own folder
 * @param clock for progress and estimates
 */
public record CliContext(
        Console console, Map<String, String> environment, Path home, String userHome, InstantSource clock) {
    public CliContext {
        environment = Map.copyOf(environment);
    }

    /** Of this process. The launcher gives the home as the system property crvqa.home. */
    static CliContext ofProcess() {
        return new CliContext(
                Console.ofProcess(System.getenv(), System.getProperties()),
                System.getenv(),
                Path.of(System.getProperty("crvqa.home", ".")).toAbsolutePath().normalize(),
                userHome(System.getenv(), System.getProperties()),
                InstantSource.system());
    }

    /**
     * What the person's file of defaults says.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when it is malformed
     */
    Configuration configuration() {
        return Configuration.load(environment, userHome);
    }

    /** The folder of the local cluster that {@code local up} starts when nobody says another. */
    ClusterFolder localFolder() {
        return ClusterFolder.usual(environment, userHome);
    }

    /** Whether a cluster lies where every command looks for one, whatever its environment says. */
    boolean isUsual(ClusterFolder folder) {
        return folder.path().equals(ClusterFolder.usual(Map.of(), userHome).path());
    }

    /** As every other program takes it; the virtual machine asks the system's list of users instead. */
    static String userHome(Map<String, String> environment, Properties properties) {
        String home = environment.getOrDefault("HOME", "");
        return home.isBlank() ? properties.getProperty("user.home", "/") : home;
    }
}
