package org.crvqa.vqa.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which tokenizer cuts questions, for the record of a dataset.
 *
 * @param name of the library
 * @param version of it, such as "0.21.0"
 */
public record TokenizerVersion(String name, String version) {
    private static final String PROPERTIES = "/native/lib/tokenizers.properties";

    /** That of this program. */
    public static TokenizerVersion current() {
        Properties properties = new Properties();
        try (InputStream file = TokenizerVersion.class.getResourceAsStream(PROPERTIES)) {
            if (file == null) {
                throw new IllegalStateException("There is no " + PROPERTIES + " in the program");
            }
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + PROPERTIES, e);
        }
        // "0.21.0-0.36.0": the tokenizer's, then that of the Java part.
        String both = properties.getProperty("version", "");
        return new TokenizerVersion("Hugging Face tokenizers", both.split("-")[0]);
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
