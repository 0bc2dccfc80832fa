package org.crvqa.vqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LxmertConfigTest {
    @Test
    void parse_emptyObject_isLxmertBase() {
        LxmertConfig config = (LxmertConfig) ModelConfig.parse("{}", "config.json");

        assertThat(config).isEqualTo(new LxmertConfig(30522, 768, 12, 3072, 0.1, 0.1, 512, 2, 0.02, 9, 5, 5, 2048, 4));
    }

    @Test
    void parse_allKeys_areRead() {
        String json = """
                {"model_type": "lxmert", "hidden_act": "gelu", "vocab_size": 50, "hidden_size": 16,
                 "num_attention_heads": 2, "intermediate_size": 32, "hidden_dropout_prob": 0,
                 "attention_probs_dropout_prob": 0.2, "max_position_embeddings": 20, "type_vocab_size": 3,
                 "initializer_range": 0.1, "l_layers": 3, "x_layers": 1, "r_layers": 2, "visual_feat_dim": 8,
                 "visual_pos_dim": 4, "num_qa_labels": 9500}
                """;

        assertThat(ModelConfig.parse(json, "config.json"))
                .isEqualTo(new LxmertConfig(50, 16, 2, 32, 0, 0.2, 20, 3, 0.1, 3, 1, 2, 8, 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hidden_size\": \"16\"} | hidden_size: expected an integer, found \"16\"",
                "{\"hidden_size\": 16.0} | hidden_size: expected an integer, found 16.0",
                "{\"hidden_size\": 3000000000} | hidden_size: expected an integer, found 3000000000",
                "{\"hidden_size\": null} | hidden_size: expected an integer, found null",
                "{\"initializer_range\": true} | initializer_range: expected a number, found true",
                "{\"hidden_act\": \"relu\"} | hidden_act: expected \"gelu\", found \"relu\"",
                "{\"model_type\": \"bert\"} | model_type: expected \"lxmert\" or \"visual_bert\", found \"bert\"",
                "{\"hidden_size\": 100} | hidden_size 100 is not a multiple of num_attention_heads 12",
                "{\"hidden_dropout_prob\": 1} | hidden_dropout_prob is 1.0, expected a number in [0, 1)",
                "{\"vocab_size\": 0} | vocab_size is 0, expected at least 1",
                "{\"l_layers\": 2000000000} | l_layers is 2000000000, expected a number in 1..1000",
                "{\"x_layers\": 0} | x_layers is 0, expected a number in 1..1000",
                "{\"vocab_size\": 2000000000} | vocab_size 2000000000 times hidden_size 768 is too large",
                "{\"visual_feat_dim\": 2000000000} | visual_feat_dim 2000000000 times hidden_size 768 is too large",
                "{\"visual_pos_dim\": 5} | visual_pos_dim is 5, expected 4",
                "{\"l_layers\": 1, \"l_layers\": 2} | Duplicate field 'l_layers'",
                "[] | expected a JSON object, found []",
                "{\"vocab_size\": | not JSON",
                "{} {} | not JSON"
            })
    void parse_wrongConfig_namesFileAndKey(String json, String problem) {
        assertThatThrownBy(() -> ModelConfig.parse(json, "models/x/config.json"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("models/x/config.json")
                .hasMessageContaining(problem);
    }
}
