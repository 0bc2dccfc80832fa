package org.crvqa.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    @TempDir
    private Path home;

    @Test
    void load_noFile_saysNothing() {
        assertThat(load()).isEqualTo(Configuration.NONE);
    }

    @Test
    void load_allKeys_areTaken() throws IOException {
        write("# mine\ncoordinator = \"head:9100\"\nstore = 's3://bucket/study'\noutput = \"json\"\n");

        Configuration configuration = load();

        assertThat(configuration.coordinator()).contains("head:9100");
        assertThat(configuration.store()).contains("s3://bucket/study");
        assertThat(configuration.output()).contains("json");
    }

    @Test
    void load_storeBelowHome_isFoundThere() throws IOException {
        write("store = \"~/study\"");

        assertThat(load().store()).contains(home + "/study");
    }

    @Test
    void load_xdgConfigHome_isWhereTheFileLies() throws IOException {
        Path other = Files.createDirectories(home.resolve("xdg/crvqa"));
        Files.writeString(other.resolve("config.toml"), "output = \"json\"");

        assertThat(Configuration.load(Map.of("XDG_CONFIG_HOME", home + "/xdg"), home.toString())
                        .output())
                .contains("json");
    }

    @Test
    void load_unknownKeys_areAllNamedWithTheirPlaces() throws IOException {
        write("output = \"json\"\nstoer = \"/data\"\n\n[coordinators]\nhost = \"x\"\n");

        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("config.toml:2:1: unknown key 'stoer', expected coordinator, output, store")
                .hasMessageContaining("config.toml:4:1: unknown key 'coordinators'");
    }

    @Test
    void load_noToml_namesTheLine() throws IOException {
        write("output = \"json\"\nstore = /data\n");

        InvalidInputException e = catchThrowableOfType(InvalidInputException.class, this::load);

        assertThat(e).hasMessageContaining("config.toml:2:");
        assertThat(e.advice()).startsWith("Correct ").contains("config.toml");
    }

    @Test
    void load_valuesOfAnotherKind_areNamedWithTheirPlaces() throws IOException {
        write("output = \"yaml\"\ncoordinator = \"head\"\nstore = \"data\"\n");

        assertThatThrownBy(this::load)
                .hasMessageContaining("config.toml:1:1: output: \"yaml\"")
                .hasMessageContaining("\"table\" or \"json\"");
        write("coordinator = 9100");
        assertThatThrownBy(this::load).hasMessageContaining("config.toml:1:1: coordinator: expected text");
    }

    private Configuration load() {
        return Configuration.load(Map.of(), home.toString());
    }

    private void write(String text) throws IOException {
        Path file = Configuration.file(Map.of(), home.toString());
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
