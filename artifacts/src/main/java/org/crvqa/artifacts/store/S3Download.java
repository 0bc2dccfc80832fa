package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads of objects: whole, or to a file in ranges, several at once, all of the same version of the object. The file gets
 * its name when it is complete.
 *
 * @param partBytes objects of up to this size come in one request
 */
record S3Download(S3Access access, ParallelCalls parallel, long partBytes) {
    private static final int HTTP_PRECONDITION_FAILED = 412;

    /** The object, when it exists; whole when it has no more than {@code most} bytes. */
    Optional<S3Body.Content> read(String key, long most) {
        try {
            return Optional.of(access.call(client -> client.getObject(
                    b -> b.bucket(access.bucket()).key(key),
                    (response, body) -> S3Body.content(response, body, most))));
        } catch (S3Exception e) {
            if (S3Access.absent(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether the object exists; then it is in {@code target}, a new file. */
    boolean run(String key, Path target) throws IOException {
        Optional<HeadObjectResponse> head = access.head(key);
        if (head.isEmpty()) {
            return false;
        }
        Path arriving = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
            fetch(key, head.get(), arriving);
            Files.move(arriving, target);
            return true;
        } catch (S3Exception e) {
            if (S3Access.absent(e)) {
                return false;
            }
            if (e.statusCode() == HTTP_PRECONDITION_FAILED) {
                throw new IOException("it was replaced by another object during the transfer; try again", e);
            }
            throw e;
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    private void fetch(String key, HeadObjectResponse head, Path arriving) throws IOException {
        try (FileChannel file = FileChannel.open(arriving, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = head.contentLength();
            if (size <= partBytes) {
                range(request(key, head, size).build(), file, 0, size);
                return;
            }
            List<Callable<Long>> ranges = new ArrayList<>();
            for (long offset = 0; offset < size; offset += partBytes) {
                long start = offset;
                long length = Math.min(partBytes, size - start);
                GetObjectRequest request = request(key, head, length)
                        .range("bytes=" + start + "-" + (start + length - 1))
                        .build();
                ranges.add(() -> range(request, file, start, length));
            }
            parallel.all(ranges);
        }
    }

    private GetObjectRequest.Builder request(String key, HeadObjectResponse head, long length) {
        return GetObjectRequest.builder()
                .bucket(access.bucket())
                .key(key)
                .ifMatch(head.eTag())
                .overrideConfiguration(S3Clients.timeouts(length));
    }

    private long range(GetObjectRequest request, FileChannel file, long offset, long length) {
        return access.call(client ->
                client.getObject(request, (response, body) -> S3Body.copy(response, body, file, offset, length)));
    }
}
