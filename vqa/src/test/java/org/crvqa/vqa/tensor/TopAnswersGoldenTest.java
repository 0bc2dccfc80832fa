package org.crvqa.vqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.vqa.TestDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The most probable answers against numpy's, by {@code vqa/src/test/python/golden_top.py}; many logits are equal. */
class TopAnswersGoldenTest {
    private final Torch torch = TestDevice.torch();
    private JsonNode golden;

    @BeforeEach
    void read() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("top.json")) {
            golden = JsonMapper.builder().build().readTree(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid"})
    void top_inBatches_isNumpys(String probability) {
        int rows = golden.get("logits").size();
        int kept = golden.get("kept").intValue();
        int width = golden.get("logits").get(0).size();
        List<Double> logits = numbers("logits");
        try (NDManager manager = torch.newManager()) {
            NDArray answers = torch.integers(manager, new long[rows * kept + 1], rows * kept + 1);
            NDArray chances = torch.floats(manager, new float[rows * kept], rows * kept);
            // Batches of four: the last one is padded with rows of others, which do not count.
            for (int first = 0; first < rows; first += 4) {
                float[] batch = new float[4 * width];
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = logits.get((first * width + i) % logits.size()).floatValue();
                }
                torch.ops()
                        .top(
                                answers,
                                chances,
                                torch.floats(manager, batch, 4, width),
                                first,
                                Math.min(4, rows - first),
                                kept,
                                probability.equals("softmax"));
            }
            assertThat(torch.transfer().longs(answers))
                    .startsWith(numbers("answers").stream()
                            .mapToLong(Double::longValue)
                            .toArray())
                    .endsWith(0);
            float[] found = torch.transfer().floats(chances);
            List<Double> expected = numbers(probability);
            assertThat(found).hasSize(expected.size());
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).isCloseTo(expected.get(i), within(1e-7 * (1 + expected.get(i))));
            }
        }
    }

    private List<Double> numbers(String name) {
        List<Double> numbers = new ArrayList<>();
        golden.get(name).forEach(row -> row.forEach(number -> numbers.add(number.doubleValue())));
        return numbers;
    }
}
