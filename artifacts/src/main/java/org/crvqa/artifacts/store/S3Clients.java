package org.crvqa.artifacts.store;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;

/** Builds synchronous S3 clients with bounded retries and a time limit on every call. */
final class S3Clients {

    /** A transfer below 256 KiB/s is given up; the SDK then tries again. */
    private static final long SLOWEST_BYTES_PER_SECOND = 256 << 10;

    /** What a server makes that keeps the parts of an object on disks and joins them by copying: 16 MiB/s. */
    private static final long SLOWEST_COPY_BYTES_PER_SECOND = 16 << 20;

    private static final Duration BRIEF = Duration.ofSeconds(10);

    private static final int ATTEMPTS_IN_CALL_TIMEOUT = 3;

    /** Of the JDK's HTTP client, which keeps 5 connections to a server by default, and reads it at its first use. */
    private static final String KEPT_CONNECTIONS = "http.maxConnections";

    static {
        // Every connection beyond those is closed after its request, and the next one begins with a handshake.
        if (System.getProperty(KEPT_CONNECTIONS) == null) {
            System.setProperty(KEPT_CONNECTIONS, "64");
        }
    }

    private S3Clients() {}

    static SdkHttpClient http() {
        return http(S3Limits.STANDARD);
    }

    static SdkHttpClient http(S3Limits limits) {
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(limits.connect())
                .socketTimeout(limits.silence())
                .build();
    }

    /** Closing the client does not close {@code http}. */
    static S3Client open(StoreSettings settings, AwsCredentialsProvider credentials, SdkHttpClient http) {
        return open(settings, credentials, http, S3Limits.STANDARD);
    }

    /** Closing the client does not close {@code http}. */
    static S3Client open(
            StoreSettings settings, AwsCredentialsProvider credentials, SdkHttpClient http, S3Limits limits) {
        return S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(region(settings))
                .applyMutation(builder -> settings.endpoint().ifPresent(builder::endpointOverride))
                .forcePathStyle(settings.pathStyle())
                // Trailing checksums need a chunked encoding that S3-compatible servers often lack. Bodies go with
                // their MD5 instead (the plugin gives it to those that the SDK makes), and readers verify the SHA-256
                // of every artifact file.
                .addPlugin(LegacyMd5Plugin.create())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(limits.attempts())
                                .build())
                        .applyMutation(builder -> {
                            if (limits.newConnections()) {
                                builder.putHeader("Connection", "close");
                            }
                        })
                        .apiCallAttemptTimeout(limits.attempt())
                        .apiCallTimeout(limits.call()))
                .build();
    }

    /** Limits for a transfer of so many bytes. */
    static AwsRequestOverrideConfiguration timeouts(long bytes) {
        Duration attempt = S3Limits.STANDARD.attempt().plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(attempt.multipliedBy(ATTEMPTS_IN_CALL_TIMEOUT))
                .build();
    }

    /** Limits for a request after which the server may copy so many bytes before it answers. */
    static AwsRequestOverrideConfiguration joining(long bytes) {
        Duration attempt = joiningTime(bytes);
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(attempt.plus(S3Limits.STANDARD.attempt()))
                .build();
    }

    /** How long a server may take to copy so many bytes. */
    static Duration joiningTime(long bytes) {
        return S3Limits.STANDARD.attempt().plusSeconds(bytes / SLOWEST_COPY_BYTES_PER_SECOND);
    }

    /** For what is worth no long wait. */
    static AwsRequestOverrideConfiguration brief() {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(BRIEF.dividedBy(2))
                .apiCallTimeout(BRIEF)
                .build();
    }

    private static Region region(StoreSettings settings) {
        return settings.region().map(Region::of).orElseGet(() -> {
            // The instance's metadata service knows AWS regions only, and asking it outside AWS takes seconds.
            AwsRegionProvider chain = settings.endpoint().isPresent()
                    ? new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                    : DefaultAwsRegionProviderChain.builder().build();
            try {
                return chain.getRegion();
            } catch (SdkClientException e) {
                return Region.US_EAST_1;
            }
        });
    }
}
