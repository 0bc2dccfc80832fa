package org.crvqa.artifacts.store;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The head of an HTTP/1.1 request or answer.
 *
 * @param first the request line or the status line
 * @param headers the other lines, as they were received
 */
record ProxyMessage(String first, List<String> headers) {
    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final Pattern ACCESS_KEY = Pattern.compile("Credential=([^/]+)/");

    /** Empty at the end of the stream. */
    static Optional<ProxyMessage> read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        List<String> headers = new ArrayList<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            headers.add(header);
        }
        return Optional.of(new ProxyMessage(first, List.copyOf(headers)));
    }

    /** Without its line end; empty at the end of the stream. */
    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                bytes.write(b);
            }
            if (bytes.size() > MAX_HEAD_BYTES) {
                throw new IOException("A header of more than " + MAX_HEAD_BYTES + " bytes");
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    String method() {
        return first.substring(0, first.indexOf(' '));
    }

    /** Path and query as sent. */
    String target() {
        return first.split(" ", 3)[1];
    }

    int status() {
        return Integer.parseInt(first.split(" ", 3)[1]);
    }

    Optional<String> header(String name) {
        return headers.stream()
                .filter(line -> name.equals(nameOf(line)))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** The access key that signed the request. */
    Optional<String> accessKey() {
        return header("authorization")
                .map(ACCESS_KEY::matcher)
                .filter(Matcher::find)
                .map(match -> match.group(1));
    }

    ProxyMessage without(String name) {
        return new ProxyMessage(
                first,
                headers.stream().filter(line -> !name.equals(nameOf(line))).toList());
    }

    ProxyMessage with(String header) {
        return new ProxyMessage(
                first, Stream.concat(headers.stream(), Stream.of(header)).toList());
    }

    void write(OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(first).append("\r\n");
        headers.forEach(header -> text.append(header).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    boolean isChunked() {
        return header("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent();
    }

    /** Bytes of the body; empty when the headers do not say. */
    Optional<Long> length() {
        return header("content-length").map(Long::parseLong);
    }

    /** Copies the body that the headers announce, at most {@code limit} bytes of it, and says whether it was whole. */
    boolean copyBody(InputStream in, OutputStream out, long limit) throws IOException {
        boolean whole = isChunked() ? copyChunks(in, out, limit) : copy(in, out, length().orElse(0L), limit);
        out.flush();
        return whole;
    }

    private static boolean copyChunks(InputStream in, OutputStream out, long limit) throws IOException {
        long left = limit;
        while (true) {
            String size = line(in);
            long length = Long.parseLong(size.split(";", 2)[0].strip(), 16);
            out.write((size + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (!copy(in, out, length, left)) {
                return false;
            }
            left -= length;
            // The empty line after the chunk; trailers are not used by S3 over this path.
            out.write((line(in) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (length == 0) {
                return true;
            }
        }
    }

    private static boolean copy(InputStream in, OutputStream out, long length, long limit) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long left = Math.min(length, limit);
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("The body ended " + left + " bytes early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        return length <= limit;
    }

    private static String nameOf(String line) {
        int colon = line.indexOf(':');
        return line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
    }
}
