package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Uploads of files: small ones in one request, larger ones in parts, of which nothing is visible before the last call.
 *
 * @param partBytes files of up to this size go in one request; S3 wants at least 5 MiB
 */
record S3Upload(S3Client client, String bucket, long partBytes) {
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final int MAX_PARTS = 10_000;

    /** A transfer below 256 KiB/s is given up; the SDK then tries again. */
    private static final long SLOWEST_BYTES_PER_SECOND = 256 << 10;

    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int ATTEMPTS_IN_CALL_TIMEOUT = 3;

    /** Replaces the object {@code key}. The metadata goes with it. */
    void run(String key, Path source, Map<String, String> metadata) throws IOException {
        try (FileChannel file = FileChannel.open(source)) {
            long size = file.size();
            if (size <= partBytes) {
                client.putObject(
                        b -> b.bucket(bucket).key(key).metadata(metadata).overrideConfiguration(timeouts(size)),
                        body(new FileSection(file, 0, size)));
            } else {
                inParts(key, file, metadata);
            }
        }
    }

    private void inParts(String key, FileChannel file, Map<String, String> metadata) throws IOException {
        String id = client.createMultipartUpload(b -> b.bucket(bucket).key(key).metadata(metadata))
                .uploadId();
        boolean complete = false;
        Throwable failure = null;
        try {
            List<CompletedPart> parts = parts(key, file, id);
            client.completeMultipartUpload(
                    b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(u -> u.parts(parts)));
            complete = true;
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            if (!complete) {
                abort(key, id, failure);
            }
        }
    }

    private List<CompletedPart> parts(String key, FileChannel file, String id) throws IOException {
        long size = file.size();
        long length = Math.max(partBytes, (size + MAX_PARTS - 1) / MAX_PARTS);
        List<CompletedPart> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += length) {
            FileSection section = new FileSection(file, offset, Math.min(length, size - offset));
            int number = parts.size() + 1;
            String tag = client.uploadPart(
                            b -> b.bucket(bucket)
                                    .key(key)
                                    .uploadId(id)
                                    .partNumber(number)
                                    .overrideConfiguration(timeouts(section.length())),
                            body(section))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        return parts;
    }

    /** Parts that are not aborted stay in the bucket, invisible and paid for, until a rule of the bucket removes them. */
    private void abort(String key, String id, Throwable failure) {
        try {
            client.abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id));
        } catch (SdkException e) {
            failure.addSuppressed(e);
        }
    }

    private static RequestBody body(FileSection section) {
        return RequestBody.fromContentProvider(section, section.length(), CONTENT_TYPE);
    }

    private static AwsRequestOverrideConfiguration timeouts(long bytes) {
        Duration attempt = SHORTEST_TIMEOUT.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(attempt.multipliedBy(ATTEMPTS_IN_CALL_TIMEOUT))
                .build();
    }
}
