package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {
    @Test
    void fromEnvironment_everythingGiven_isTaken() {
        StoreSettings settings = StoreSettings.fromEnvironment(Map.of(
                "CRVQA_STORE", "s3://bucket/prefix",
                "CRVQA_S3_ENDPOINT", "http://localhost:9000",
                "CRVQA_S3_REGION", "eu-central-1",
                "CRVQA_S3_PATH_STYLE", "true"));

        assertThat(settings)
                .isEqualTo(new StoreSettings(
                        URI.create("s3://bucket/prefix"),
                        Optional.of(URI.create("http://localhost:9000")),
                        Optional.of("eu-central-1"),
                        true));
    }

    @Test
    void fromEnvironment_emptyValues_countAsUnset() {
        StoreSettings settings = StoreSettings.fromEnvironment(
                Map.of("CRVQA_STORE", " file:///srv/crvqa ", "CRVQA_S3_ENDPOINT", "", "CRVQA_S3_REGION", " "));

        assertThat(settings).isEqualTo(StoreSettings.of(URI.create("file:///srv/crvqa")));
    }

    @Test
    void fromEnvironment_noStore_namesTheVariableAndTheForms() {
        assertThatThrownBy(() -> StoreSettings.fromEnvironment(Map.of()))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.advice()).contains("file:///absolute/folder or s3://bucket/prefix"))
                .hasMessageContaining("CRVQA_STORE");
    }

    @ParameterizedTest
    @CsvSource({
        "CRVQA_STORE, /srv/crvqa, neither file:/// nor s3://",
        "CRVQA_STORE, s3://a b, not a URI",
        "CRVQA_S3_ENDPOINT, localhost:9000, not an http or https address",
        "CRVQA_S3_ENDPOINT, http://, not a URI",
        "CRVQA_S3_ENDPOINT, http://key:secret@host, holds credentials",
        "CRVQA_S3_PATH_STYLE, yes, expected true or false"
    })
    void fromEnvironment_malformedValue_namesTheVariableAndWhatIsExpected(String name, String value, String problem) {
        Map<String, String> environment = new HashMap<>(Map.of("CRVQA_STORE", "s3://bucket/prefix"));
        environment.put(name, value);

        assertThatThrownBy(() -> StoreSettings.fromEnvironment(environment))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret");
    }
}
