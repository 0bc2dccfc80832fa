package org.crvqa.vqa.tensorfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** The golden numbers are numpy's; src/test/python/golden_data.py makes them. */
class Float16Test {
    @Test
    void of_valuesOfAllSizes_isWhatNumpyGives() throws IOException {
        JsonNode golden;
        try (InputStream in = Float16Test.class.getResourceAsStream("float16.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        assertThat(golden.path("single")).hasSizeGreaterThan(400);
        for (int i = 0; i < golden.path("single").size(); i++) {
            float single =
                    Float.intBitsToFloat((int) golden.path("single").get(i).longValue());
            assertThat(Float16.of(single) & 0xffff)
                    .as("half of %s", single)
                    .isEqualTo(golden.path("half").get(i).intValue());
        }
    }

    @Test
    void of_everyHalf_comesBack() {
        for (int half = 0; half <= 0xffff; half++) {
            float single = Float16.toFloat((short) half);
            if (Float.isNaN(single)) {
                assertThat(Float16.toFloat(Float16.of(single))).isNaN();
            } else {
                assertThat(Float16.of(single) & 0xffff).isEqualTo(half);
            }
        }
    }
}
