package org.crvqa.artifacts.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Bodies of answers, checked for their length: the JDK's HTTP client takes a connection that ends early for the end of
 * the body. A body that breaks off is worth another try of the SDK; trouble with the local file is not.
 */
final class S3Body {
    private static final int BUFFER_BYTES = 128 << 10;

    /** The longest array that every virtual machine makes. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private S3Body() {}

    /**
     * The first bytes of an object, if not all.
     *
     * @param size of the object, as far as it is known
     */
    record Content(byte[] bytes, long size) {
        boolean isWhole() {
            return bytes.length == size;
        }
    }

    /** The whole body; of one with more than {@code most} bytes nothing that could fill the memory. */
    static Content content(GetObjectResponse response, AbortableInputStream body, long most) {
        Long expected = response.contentLength();
        if (expected != null && expected > most) {
            // Closing it instead would read it to its end.
            body.abort();
            return new Content(new byte[0], expected);
        }
        try {
            byte[] content = body.readNBytes((int) Math.min(most, MAX_ARRAY));
            if (body.read() >= 0) {
                body.abort();
                return new Content(content, content.length + 1L);
            }
            if (expected != null && expected != content.length) {
                throw brokenOff(content.length, expected);
            }
            return new Content(content, content.length);
        } catch (IOException e) {
            throw RetryableException.create("The transfer broke off: " + e.getMessage(), e);
        }
    }

    /** Writes the body, which must have {@code length} bytes, to a range of a file. Returns the length. */
    static long copy(GetObjectResponse response, InputStream body, FileChannel file, long offset, long length) {
        Long announced = response.contentLength();
        if (announced != null && announced != length) {
            throw new IllegalStateException("The server answers with " + announced + " bytes, expected " + length);
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        long done = 0;
        for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
            if (done + read > length) {
                throw new IllegalStateException("The server answers with more than " + length + " bytes");
            }
            write(file, ByteBuffer.wrap(buffer, 0, read), offset + done);
            done += read;
        }
        if (done != length) {
            throw brokenOff(done, length);
        }
        return done;
    }

    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw RetryableException.create("The transfer broke off: " + e.getMessage(), e);
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes, long position) {
        try {
            long next = position;
            while (bytes.hasRemaining()) {
                next += file.write(bytes, next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RetryableException brokenOff(long received, long expected) {
        return RetryableException.create("The transfer ended after " + received + " of " + expected + " bytes");
    }
}
