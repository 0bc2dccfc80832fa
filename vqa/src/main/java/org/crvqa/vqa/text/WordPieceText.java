package org.crvqa.vqa.text;

import java.util.List;

/**
 * Word pieces as text again, for people: continuations are joined, and punctuation stands as in a sentence. What cutting
 * lost stays lost: capitals, accents, and words that are not in the vocabulary. Immutable.
 */
public final class WordPieceText {
    private static final String CONTINUED = "##";

    /** Hugging Face's {@code clean_up_tokenization}, in its order. */
    private static final List<String> JOINED =
            List.of(" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're");

    private final List<String> pieces;

    /** Of a vocabulary's pieces. */
    public WordPieceText(Vocabulary vocabulary) {
        pieces = List.copyOf(vocabulary.ids().keySet());
    }

    /** The text of pieces by their ids. @throws IndexOutOfBoundsException when the vocabulary has no such piece */
    public String of(int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            String piece = pieces.get(id);
            if (piece.startsWith(CONTINUED)) {
                text.append(piece, CONTINUED.length(), piece.length());
            } else {
                text.append(text.isEmpty() ? "" : " ").append(piece);
            }
        }
        String joined = text.toString();
        for (String pair : JOINED) {
            joined = joined.replace(pair, pair.strip());
        }
        return joined;
    }
}
