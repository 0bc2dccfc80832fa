package org.crvqa.vqa.text;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Questions to word piece ids as BERT-base-uncased: words of {@link BasicTokenizer}, each cut greedily into the longest
 * pieces of the vocabulary. A word that cannot be cut is [UNK]. The names of special tokens in a question are ordinary
 * text. Immutable.
 */
public final class WordPieceTokenizer {
    /** Longer words are [UNK], as in BERT. */
    private static final int MAX_WORD_CODE_POINTS = 100;

    private final Vocabulary vocabulary;

    public WordPieceTokenizer(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Ids of the text's word pieces, without [CLS] and [SEP], of any length. */
    public int[] tokenize(String text) {
        IntStream.Builder ids = IntStream.builder();
        for (String word : BasicTokenizer.words(text)) {
            pieces(word).forEach(ids);
        }
        return ids.build().toArray();
    }

    private IntStream pieces(String word) {
        if (word.codePointCount(0, word.length()) > MAX_WORD_CODE_POINTS) {
            return IntStream.of(vocabulary.unknownId());
        }
        IntStream.Builder ids = IntStream.builder();
        int start = 0;
        while (start < word.length()) {
            int end = word.length();
            OptionalInt id = lookUp(word, start, end);
            while (id.isEmpty() && end > start) {
                end = word.offsetByCodePoints(end, -1);
                id = lookUp(word, start, end);
            }
            if (id.isEmpty()) {
                return IntStream.of(vocabulary.unknownId());
            }
            ids.add(id.getAsInt());
            start = end;
        }
        return ids.build();
    }

    private OptionalInt lookUp(String word, int start, int end) {
        if (start == end) {
            return OptionalInt.empty();
        }
        String piece = word.substring(start, end);
        return vocabulary.id(start == 0 ? piece : "##" + piece);
    }
}
