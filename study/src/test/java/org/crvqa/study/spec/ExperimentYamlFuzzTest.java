package org.crvqa.study.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** An experiment file is read, or every mistake in it is said; see docs/fuzzing.md. */
class ExperimentYamlFuzzTest {
    private static final String VALID = """
            name: study
            dataset: cp
            stage1_losses: [bce, lmh]
            seeds: [1, 2]
            stage1: {batch_size: 8, learning_rate: 1e-3}
            losses:
              lpf_gamma: 5
            """;
    private static final List<String> PIECES = List.of(
            "-1",
            "1e999",
            "99999999999999999999",
            "null",
            "~",
            "true",
            ".nan",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            ",",
            ": ",
            "- ",
            "\t",
            "\n",
            "  ",
            "&a ",
            "*a",
            "!!java.net.URL ",
            "<<: ",
            "? ",
            "|",
            ">",
            "%",
            "@",
            "\u0000",
            "\uFEFF",
            "---\n",
            "...\n",
            "[[[[[[[[[[[[[[[[");

    @Property
    void parse_damaged_isReadOrRefused(@ForAll long seed) {
        accept(damage(new Random(seed)));
    }

    @Property
    void parse_anything_isReadOrRefused(@ForAll String text) {
        accept(text);
    }

    private static void accept(String yaml) {
        try {
            ExperimentYaml.parse(yaml);
        } catch (InvalidExperimentException e) {
            assertThat(e.violations()).isNotEmpty();
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static String damage(Random random) {
        StringBuilder text = new StringBuilder(VALID);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            text.replace(
                    at, Math.min(at + random.nextInt(4), text.length()), PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
