package org.crvqa.cli.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.crvqa.artifacts.InvalidInputException;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * Defaults from {@code $XDG_CONFIG_HOME/crvqa/config.toml}, else {@code ~/.config/crvqa/config.toml}. Options and
 * environment variables come before them.
 *
 * @param coordinator host:port
 * @param store location of the object store: s3://bucket/prefix, file:///folder or an absolute folder
 * @param output "table" or "json"
 */
public record Configuration(Optional<String> coordinator, Optional<String> store, Optional<String> output) {
    /** Nothing is said. */
    public static final Configuration NONE = new Configuration(Optional.empty(), Optional.empty(), Optional.empty());

    private static final Set<String> KEYS = new TreeSet<>(Set.of("coordinator", "store", "output"));
    private static final long MOST_BYTES = 1 << 20;

    /** Where the file lies, whether or not it exists. */
    public static Path file(Map<String, String> environment, String userHome) {
        String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
        // By the XDG specification a relative one counts as not set.
        Path folder = base.startsWith("/") ? Path.of(base) : Path.of(userHome, ".config");
        return folder.resolve("crvqa").resolve("config.toml");
    }

    /**
     * Reads the file; {@link #NONE} where there is none.
     *
     * @throws InvalidInputException when it is no TOML, or says what nobody asked; every place is named
     */
    public static Configuration load(Map<String, String> environment, String userHome) {
        Path file = file(environment, userHome);
        String text;
        try {
            if (!Files.exists(file)) {
                return NONE;
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new InvalidInputException(
                        file + " has " + Files.size(file) + " bytes, expected at most " + MOST_BYTES,
                        "Keep to the keys " + String.join(", ", KEYS) + ".");
            }
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(file + " is not UTF-8 text", "Write it as UTF-8, or remove it.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        return new Reader(file, userHome, Toml.parse(text)).read();
    }

    /** Collects what is wrong, so that it is said at once. */
    private static final class Reader {
        private final Path file;
        private final String userHome;
        private final TomlParseResult toml;
        private final List<String> problems = new ArrayList<>();

        Reader(Path file, String userHome, TomlParseResult toml) {
            this.file = file;
            this.userHome = userHome;
            this.toml = toml;
        }

        Configuration read() {
            toml.errors().forEach(error -> problem(error.position(), String.valueOf(error.getMessage())));
            if (problems.isEmpty()) {
                for (String key : toml.keySet()) {
                    if (!KEYS.contains(key)) {
                        problem(
                                toml.inputPositionOf(List.of(key)),
                                "unknown key '" + key + "', expected " + String.join(", ", KEYS));
                    }
                }
            }
            Optional<String> output = problems.isEmpty() ? text("output") : Optional.empty();
            output.filter(form -> !form.equals("table") && !form.equals("json"))
                    .ifPresent(form -> problem("output", "\"" + form + "\", expected \"table\" or \"json\""));
            Optional<String> coordinator = problems.isEmpty() ? text("coordinator") : Optional.empty();
            coordinator
                    .filter(address -> !address.matches("(\\[[0-9a-fA-F:]+]|[^:/\\s]+):[0-9]{1,5}"))
                    .ifPresent(address ->
                            problem("coordinator", "\"" + address + "\", expected host:port, as in localhost:9100"));
            Optional<String> store = problems.isEmpty() ? text("store").map(this::location) : Optional.empty();
            if (!problems.isEmpty()) {
                throw new InvalidInputException(
                        String.join(System.lineSeparator(), problems), "Correct " + file + ", or remove it.");
            }
            return new Configuration(coordinator, store, output);
        }

        private Optional<String> text(String key) {
            Object value = toml.get(List.of(key));
            if (value == null) {
                return Optional.empty();
            }
            if (value instanceof String text && !text.isBlank()) {
                return Optional.of(text.strip());
            }
            problem(key, "expected text in quotation marks");
            return Optional.empty();
        }

        private String location(String store) {
            String path = store.equals("~") || store.startsWith("~/") ? userHome + store.substring(1) : store;
            if (!path.startsWith("/") && !path.contains(":/")) {
                problem("store", "\"" + store + "\", expected s3://BUCKET/PREFIX, file:///DIR or an absolute folder");
            }
            return path;
        }

        private void problem(String key, String what) {
            problem(toml.inputPositionOf(List.of(key)), key + ": " + what);
        }

        private void problem(TomlPosition position, String what) {
            String place = position == null ? "" : ":" + position.line() + ":" + position.column();
            problems.add(file + place + ": " + what);
        }
    }
}
