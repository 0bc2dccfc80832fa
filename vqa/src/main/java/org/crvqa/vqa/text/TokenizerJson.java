package org.crvqa.vqa.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * BERT-base-uncased as a {@code tokenizer.json} of Hugging Face: control characters dropped, accents stripped, lower case,
 * every Chinese character a word of its own; words cut greedily into the longest pieces, longer ones than 100 characters
 * unknown. Without special tokens, so that their names in a text are ordinary text.
 */
final class TokenizerJson {
    private static final int MAX_WORD_CHARACTERS = 100;

    private TokenizerJson() {}

    /** In UTF-8. */
    static byte[] of(Vocabulary vocabulary) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0");
        json.putArray("added_tokens");
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents")
                .put("lowercase", true);
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode model = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", Vocabulary.UNKNOWN)
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", MAX_WORD_CHARACTERS);
        ObjectNode ids = model.putObject("vocab");
        vocabulary.ids().forEach(ids::put);
        try {
            return JsonMapper.builder().build().writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A vocabulary has no form in JSON", e);
        }
    }
}
