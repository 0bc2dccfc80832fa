package org.crvqa.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crvqa.artifacts.InvalidInputException;

/** The text of an experiment file; "-" reads the standard input. */
record ExperimentFile(String name, String yaml) {
    private static final int LARGEST_BYTES = 1 << 20;

    static ExperimentFile read(Path path) throws IOException {
        String name = path.toString();
        if (name.equals("-")) {
            byte[] bytes = System.in.readNBytes(LARGEST_BYTES);
            return new ExperimentFile("(standard input)", new String(bytes, StandardCharsets.UTF_8));
        }
        if (Files.isDirectory(path)) {
            throw new InvalidInputException(name + " is a folder, not an experiment file", "Name the YAML file in it.");
        }
        if (Files.size(path) > LARGEST_BYTES) {
            throw new InvalidInputException(
                    name + " is larger than 1 MiB and so no experiment file", "Name a YAML file.");
        }
        try {
            return new ExperimentFile(name, Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(name + " is not UTF-8 text", "Name a YAML file and save it as UTF-8.", e);
        }
    }
}
