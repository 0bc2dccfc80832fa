package org.crvqa.artifacts.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A range of a file as the body of a request, which the SDK reads again for each attempt.
 *
 * @param file open for reading; stays the caller's to close
 * @param offset first byte
 * @param length bytes
 */
record FileSection(FileChannel file, long offset, long length) implements ContentStreamProvider {
    @Override
    public InputStream newStream() {
        return new InputStream() {
            private long position = offset;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int start, int count) {
                long left = offset + length - position;
                if (left == 0) {
                    return -1;
                }
                int wanted = (int) Math.min(count, left);
                try {
                    int read = file.read(ByteBuffer.wrap(target, start, wanted), position);
                    position += Math.max(read, 0);
                    return read;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
