package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {
    @TempDir
    Path folder;

    @Test
    void of_lines_givesIdsByLine() {
        Vocabulary vocabulary = Vocabulary.of(List.of("[PAD]", "[SEP]", "x", "[UNK]", "[CLS]"), "v");
        assertThat(vocabulary.size()).isEqualTo(5);
        assertThat(vocabulary.id("x")).hasValue(2);
        assertThat(vocabulary.id("y")).isEmpty();
        assertThat(List.of(vocabulary.unknownId(), vocabulary.clsId(), vocabulary.sepId()))
                .containsExactly(3, 4, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "'[PAD] [UNK] [CLS] [SEP]  x', 'v.txt, line 5: empty'",
        "'[PAD] [UNK] [CLS] [SEP] x x', 'v.txt, line 6: x stands already in line 5'",
        "'[PAD] [UNK] [CLS] x', 'v.txt has no line [SEP]'",
        "'x [PAD] [UNK] [CLS] [SEP]', 'v.txt: [PAD] stands in line 2, expected line 1'",
    })
    void of_wrongLine_isNamed(String lines, String expected) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Vocabulary.of(List.of(lines.split(" ")), "v.txt"))
                .withMessageContaining(expected);
    }

    @Test
    void read_missingOrBinaryFile_isNamed() throws IOException {
        Path file = folder.resolve("vocab.txt");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Vocabulary.read(file))
                .withMessageContaining("no vocabulary " + file);
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Vocabulary.read(file))
                .withMessageContaining(file + " is not UTF-8");
    }

    @Test
    void read_hugeFile_isRefusedUnread() throws IOException {
        Path file = folder.resolve("features.tsv");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Vocabulary.read(file))
                .withMessageContaining(file + " has more than");
    }
}
