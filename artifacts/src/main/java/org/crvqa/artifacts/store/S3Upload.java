package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Writes of objects: small ones in one request, larger files in parts, several at once, of which nothing is visible
 * before the last call. Parts are read from the file as they are sent. Each body goes with its MD5, which every S3
 * server compares with what arrived: the signature covers bodies only without TLS, and TLS ends before the disk.
 *
 * @param patient a client with {@link S3Limits#PATIENT}
 * @param partBytes files of up to this size go in one request; S3 wants at least 5 MiB
 */
record S3Upload(
        S3Access access,
        Supplier<S3Client> patient,
        Optional<StoreEncryption> encryption,
        ParallelCalls parallel,
        long partBytes) {
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final int MAX_PARTS = 10_000;
    private static final int DIGEST_ATTEMPTS = 3;
    private static final String BAD_DIGEST = "BadDigest";
    private static final Pattern MD5_TAG = Pattern.compile("[0-9a-f]{32}");

    /** Writes the object {@code key} with this metadata; {@code absent}: only where there is none. */
    void put(String key, byte[] content, Map<String, String> metadata, boolean absent) {
        PutObjectRequest request = put(key, metadata)
                .ifNoneMatch(absent ? "*" : null)
                .contentMD5(Md5.of(content).base64())
                .build();
        send(client -> client.putObject(request, RequestBody.fromBytes(content)));
    }

    /** Replaces the object {@code key} by a file. The metadata goes with it. */
    void run(String key, Path source, Map<String, String> metadata) throws IOException {
        try (FileChannel file = FileChannel.open(source)) {
            long size = file.size();
            if (size > partBytes) {
                inParts(key, file, metadata);
                return;
            }
            FileSection section = new FileSection(file, 0, size);
            PutObjectRequest request = put(key, metadata)
                    .contentMD5(Md5.of(section).base64())
                    .overrideConfiguration(S3Clients.timeouts(size))
                    .build();
            send(client -> client.putObject(request, body(section)));
        }
    }

    private PutObjectRequest.Builder put(String key, Map<String, String> metadata) {
        PutObjectRequest.Builder request =
                PutObjectRequest.builder().bucket(access.bucket()).key(key).metadata(metadata);
        encryption.ifPresent(wanted -> request.serverSideEncryption(wanted.algorithm())
                .ssekmsKeyId(wanted.kmsKey().orElse(null)));
        return request;
    }

    private String begin(String key, Map<String, String> metadata) {
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(access.bucket())
                .key(key)
                .metadata(metadata);
        encryption.ifPresent(wanted -> request.serverSideEncryption(wanted.algorithm())
                .ssekmsKeyId(wanted.kmsKey().orElse(null)));
        return access.call(client -> client.createMultipartUpload(request.build()))
                .uploadId();
    }

    private void inParts(String key, FileChannel file, Map<String, String> metadata) throws IOException {
        String id = begin(key, metadata);
        boolean complete = false;
        Throwable failure = null;
        try {
            List<CompletedPart> parts = parallel.all(parts(key, file, id));
            long size = file.size();
            // On another thread: one that waits for an answer cannot be interrupted, and this answer may take minutes.
            parallel.all(List.of(() -> complete(key, id, parts, size, metadata)));
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

    /** Returns the key. */
    private String complete(String key, String id, List<CompletedPart> parts, long size, Map<String, String> metadata) {
        CompleteMultipartUploadRequest request = CompleteMultipartUploadRequest.builder()
                .bucket(access.bucket())
                .key(key)
                .uploadId(id)
                .multipartUpload(upload -> upload.parts(parts))
                .overrideConfiguration(S3Clients.joining(size))
                .build();
        S3Access patient = new S3Access(this.patient.get(), access.credentials(), access.bucket());
        new S3Completion(S3Clients.joiningTime(size), length -> Thread.sleep(length.toMillis()))
                .run(
                        () -> patient.call(client -> client.completeMultipartUpload(request)),
                        () -> access.head(key)
                                .filter(head -> head.metadata().entrySet().containsAll(metadata.entrySet()))
                                .isPresent());
        return key;
    }

    private List<Callable<CompletedPart>> parts(String key, FileChannel file, String id) throws IOException {
        long size = file.size();
        long length = Math.max(partBytes, (size + MAX_PARTS - 1) / MAX_PARTS);
        List<Callable<CompletedPart>> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += length) {
            FileSection section = new FileSection(file, offset, Math.min(length, size - offset));
            int number = parts.size() + 1;
            parts.add(() -> part(key, id, number, section));
        }
        return parts;
    }

    private CompletedPart part(String key, String id, int number, FileSection section) {
        Md5 md5 = Md5.of(section);
        UploadPartRequest request = UploadPartRequest.builder()
                .bucket(access.bucket())
                .key(key)
                .uploadId(id)
                .partNumber(number)
                .contentMD5(md5.base64())
                .overrideConfiguration(S3Clients.timeouts(section.length()))
                .build();
        String tag = send(client -> checked(client.uploadPart(request, body(section)), md5));
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** Some servers look at the MD5 of whole objects only; the tag of a part is its MD5, unless KMS encrypted it. */
    private static String checked(UploadPartResponse response, Md5 sent) {
        String tag = response.eTag();
        boolean encrypted =
                String.valueOf(response.serverSideEncryptionAsString()).startsWith("aws:")
                        || response.sseCustomerAlgorithm() != null;
        String stored = tag.replace("\"", "");
        if (!encrypted && MD5_TAG.matcher(stored).matches() && !stored.equals(sent.hex())) {
            throw S3Exception.builder()
                    .message("The server stored a part with MD5 " + stored + ", sent was " + sent.hex())
                    .awsErrorDetails(
                            AwsErrorDetails.builder().errorCode(BAD_DIGEST).build())
                    .build();
        }
        return tag;
    }

    /** Sends a body again when the server got other bytes: the SDK takes that for a mistake of the caller. */
    private <T> T send(Function<S3Client, T> request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return access.call(request);
            } catch (S3Exception e) {
                if (!S3Access.code(e).equals(BAD_DIGEST) || attempt == DIGEST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Parts that are not aborted stay in the bucket, invisible and paid for, until they are collected; no reason to let
     * wait whoever has given up.
     */
    private void abort(String key, String id, Throwable failure) {
        // An interrupted thread cannot send requests.
        boolean interrupted = Thread.interrupted();
        try {
            access.call(client -> client.abortMultipartUpload(
                    b -> b.bucket(access.bucket()).key(key).uploadId(id).overrideConfiguration(S3Clients.brief())));
        } catch (SdkException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RequestBody body(FileSection section) {
        return RequestBody.fromContentProvider(section, section.length(), CONTENT_TYPE);
    }
}
