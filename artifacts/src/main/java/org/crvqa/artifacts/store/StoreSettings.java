package org.crvqa.artifacts.store;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where the object store is. Credentials are not here: S3 takes them from the AWS default chain (environment, profile,
 * web identity, instance).
 *
 * @param location {@code file:///dir} or {@code s3://bucket/prefix}
 * @param endpoint of an S3-compatible server; empty: AWS
 * @param region of S3; empty: as the AWS default chain finds it, else us-east-1
 * @param pathStyle address buckets in the path rather than the host name
 */
public record StoreSettings(URI location, Optional<URI> endpoint, Optional<String> region, boolean pathStyle) {
    /** A store without special settings. */
    public static StoreSettings of(URI location) {
        return new StoreSettings(location, Optional.empty(), Optional.empty(), false);
    }

    /**
     * From the environment variables that every process of crvqa reads: CRVQA_STORE (location), CRVQA_S3_ENDPOINT,
     * CRVQA_S3_REGION, CRVQA_S3_PATH_STYLE (true or false).
     *
     * @throws org.crvqa.artifacts.InvalidInputException when CRVQA_STORE is missing or a value is malformed
     */
    public static StoreSettings fromEnvironment(Map<String, String> environment) {
        throw new UnsupportedOperationException("being written");
    }
}
