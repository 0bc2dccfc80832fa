package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordPieceTextTest {
    private final Vocabulary vocabulary = Vocabulary.of(
            List.of(
                    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "'", "s", "the", "man", "##hole", "##s", "?", "is", "5",
                    "."),
            "vocab.txt");

    @Test
    void of_cutQuestion_readsAsItWasAsked() {
        WordPieceText text = new WordPieceText(vocabulary);
        try (WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary)) {
            for (String question : List.of("what's the manholes?", "is the man 5?", "what is the manhole", "")) {
                assertThat(text.of(tokenizer.tokenize(question))).isEqualTo(question);
            }
            assertThat(text.of(tokenizer.tokenize("What IS the zebra?"))).isEqualTo("what is the [UNK]?");
        }
    }

    @Test
    void of_anIdThatTheVocabularyLacks_fails() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> new WordPieceText(vocabulary).of(15));
    }
}
