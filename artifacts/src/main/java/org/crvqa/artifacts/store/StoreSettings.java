package org.crvqa.artifacts.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Where the object store is. Credentials are not here: S3 takes them from the AWS default chain (environment, profile,
 * web identity, instance).
 *
 * @param location {@code file:///dir} or {@code s3://bucket/prefix}
 * @param endpoint of an S3-compatible server; empty: AWS
 * @param region of S3; empty: as the AWS default chain finds it, else us-east-1
 * @param pathStyle address buckets in the path rather than the host name
 * @param encryption asked of an S3 server; empty: what the bucket has by default
 */
public record StoreSettings(
        URI location,
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyle,
        Optional<StoreEncryption> encryption) {
    /** With the bucket's own encryption. */
    public StoreSettings(URI location, Optional<URI> endpoint, Optional<String> region, boolean pathStyle) {
        this(location, endpoint, region, pathStyle, Optional.empty());
    }

    /** A store without special settings. */
    public static StoreSettings of(URI location) {
        return new StoreSettings(location, Optional.empty(), Optional.empty(), false);
    }

    /**
     * From the environment variables that every process of crvqa reads: CRVQA_STORE (location), CRVQA_S3_ENDPOINT,
     * CRVQA_S3_REGION, CRVQA_S3_PATH_STYLE (true or false), CRVQA_S3_SSE (AES256 or aws:kms), CRVQA_S3_KMS_KEY.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when CRVQA_STORE is missing or a value is malformed
     */
    public static StoreSettings fromEnvironment(Map<String, String> environment) {
        String location = value(environment, "CRVQA_STORE")
                .orElseThrow(() -> new InvalidInputException(
                        "The environment variable CRVQA_STORE, the location of the object store, is not set",
                        "Set it to file:///absolute/folder or s3://bucket/prefix."));
        return new StoreSettings(
                location(location),
                value(environment, "CRVQA_S3_ENDPOINT").map(StoreSettings::endpoint),
                value(environment, "CRVQA_S3_REGION"),
                value(environment, "CRVQA_S3_PATH_STYLE")
                        .map(StoreSettings::pathStyle)
                        .orElse(false),
                StoreEncryption.fromEnvironment(environment));
    }

    static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static URI location(String text) {
        String advice = "Set it to file:///absolute/folder or s3://bucket/prefix.";
        URI location = uri("CRVQA_STORE", text, advice);
        String scheme = location.getScheme();
        if (!"file".equals(scheme) && !"s3".equals(scheme)) {
            throw new InvalidInputException(
                    "CRVQA_STORE is '" + text + "', which starts with neither file:/// nor s3://", advice);
        }
        return location;
    }

    private static URI endpoint(String text) {
        String advice = "Set it to the address of the S3 server, such as http://localhost:9000, or unset it for AWS.";
        URI endpoint = uri("CRVQA_S3_ENDPOINT", text, advice);
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (endpoint.getUserInfo() != null) {
            throw new InvalidInputException(
                    "CRVQA_S3_ENDPOINT holds credentials, expected only the address of the server",
                    "Give credentials as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or in an AWS profile.");
        }
        if (!http || endpoint.getHost() == null) {
            throw new InvalidInputException(
                    "CRVQA_S3_ENDPOINT is '" + text + "', which is not an http or https address", advice);
        }
        return endpoint;
    }

    private static boolean pathStyle(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new InvalidInputException(
                        "CRVQA_S3_PATH_STYLE is '" + text + "', expected true or false",
                        "Set it to true for servers that have no host name per bucket, else unset it.");
        };
    }

    private static URI uri(String variable, String text, String advice) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidInputException(variable + " is not a URI: " + e.getMessage(), advice, e);
        }
    }
}
