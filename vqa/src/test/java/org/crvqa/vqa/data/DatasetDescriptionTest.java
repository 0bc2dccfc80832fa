package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetDescriptionTest {
    /** As releases wrote it before the tokenizer was written down. */
    private static final String EARLIER = "{\"answers\":[\"\",\"red\"],\"cls_id\":2,\"feature_dim\":4,\"format\":2,"
            + "\"max_boxes\":2,\"question_types\":[\"is\"],\"sep_id\":3,\"splits\":[\"train\"],\"subsets\":[],"
            + "\"vocabulary_size\":9}";

    @TempDir
    Path folder;

    @Test
    void read_ofAnEarlierRelease_namesNoTokenizer() throws IOException {
        DatasetDescription read = read(EARLIER);
        assertThat(read.tokenizer()).isNull();
        assertThat(read.answers()).containsExactly("", "red");

        Path again = folder.resolve("again.json");
        read.write(again);
        assertThat(again).hasContent(EARLIER);
    }

    @Test
    void write_tokenizer_isReadAgain() throws IOException {
        DatasetDescription written = new DatasetDescription(
                DatasetDescription.FORMAT,
                List.of("train"),
                List.of(),
                List.of("red"),
                List.of("is"),
                4,
                2,
                9,
                2,
                3,
                "Some tokenizer 1.2",
                List.of(7L));
        Path file = folder.resolve("dataset.json");
        written.write(file);
        assertThat(file).content().contains("\"tokenizer\":\"Some tokenizer 1.2\"");
        assertThat(DatasetDescription.read(file)).isEqualTo(written);
    }

    @Test
    void read_fieldOfALaterRelease_isLeftAlone() throws IOException {
        assertThat(read(EARLIER.replace("{\"answers\"", "{\"later\":1,\"answers\""))
                        .vocabularySize())
                .isEqualTo(9);
    }

    @Test
    void read_otherFormat_isRefused() {
        assertThatExceptionOfType(ArtifactCorruptException.class)
                .isThrownBy(() -> read(EARLIER.replace("\"format\":2", "\"format\":3")))
                .withMessageContaining("is of format 3, this program reads 2");
    }

    private DatasetDescription read(String content) throws IOException {
        Path file = folder.resolve("read.json");
        Files.writeString(file, content);
        return DatasetDescription.read(file);
    }
}
