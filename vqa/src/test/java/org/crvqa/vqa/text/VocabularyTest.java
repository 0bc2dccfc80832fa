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
        assertThat(vocabulary.ids()).containsEntry("x", 2).doesNotContainKey("y");
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

    /** bert-base-chinese has a line separator among its pieces. */
    @Test
    void read_piecesThatLookBlank_areTaken() throws IOException {
        Path file = folder.resolve("vocab.txt");
        List<String> pieces = List.of(
                "[PAD]", "\u2028", "\u2029", "\u0085", "\u00a0", "\u3000", " ", "\t", "[UNK]", "[CLS]", "[SEP]");
        for (String end : List.of("\n", "\r\n")) {
            Files.writeString(file, "\ufeff" + String.join(end, pieces) + end);

            assertThat(Vocabulary.read(file).ids().keySet()).containsExactlyElementsOf(pieces);
        }
    }

    @Test
    void of_invisiblePieceTwice_isNamedByItsNumber() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Vocabulary.of(List.of("[PAD]", "\u2028", "\u2028"), "v.txt"))
                .withMessageContaining("v.txt, line 3: U+2028 stands already in line 2");
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
