package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifacts.store.S3ProxyProcess;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services over s3:// instead of a folder: nothing but object storage joins them. */
@Timeout(180)
class S3IT {
    private static final String BUCKET = "crvqa-it";

    @TempDir
    private Path folder;

    @BeforeEach
    void giveThisProcessCredentials() {
        System.setProperty("aws.accessKeyId", S3ProxyProcess.IDENTITY);
        System.setProperty("aws.secretAccessKey", S3ProxyProcess.CREDENTIAL);
    }

    @AfterEach
    void takeThemAway() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void experiment_overS3_endsWithACompleteReport() throws Exception {
        Files.createDirectories(folder.resolve("s3/objects/" + BUCKET));
        try (S3ProxyProcess s3 = S3ProxyProcess.start(folder.resolve("s3"))) {
            Map<String, String> services = environment(s3);
            Map<String, String> environment = new HashMap<>(services);
            environment.put("CRVQA_STORE", "s3://" + BUCKET + "/study");
            StoreSettings settings = StoreSettings.fromEnvironment(environment);
            try (Laboratory laboratory = Laboratory.start(folder, settings, services)) {
                laboratory.bringSample(folder.resolve("sample"), Samples.SMALL);
                Outcome outcome = laboratory.run(Samples.shortExperiment("over-s3"), new QuietListener());

                assertThat(outcome.last().experiment().getState())
                        .isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
                assertThat(outcome.report().getComplete()).isTrue();
                assertThat(outcome.digests()).hasSize(4);
            }
            try (Stream<Path> stored = Files.list(folder.resolve("s3/objects/" + BUCKET + "/study"))) {
                assertThat(stored.map(path -> path.getFileName().toString()))
                        .contains("artifacts", "experiments", "names", "tasks");
            }
        }
    }

    /** What processes that use the server need in their environment. */
    private static Map<String, String> environment(S3ProxyProcess s3) {
        return Map.of(
                "CRVQA_S3_ENDPOINT",
                s3.endpoint().toString(),
                "CRVQA_S3_REGION",
                "us-east-1",
                "CRVQA_S3_PATH_STYLE",
                "true",
                "AWS_ACCESS_KEY_ID",
                S3ProxyProcess.IDENTITY,
                "AWS_SECRET_ACCESS_KEY",
                S3ProxyProcess.CREDENTIAL);
    }
}
