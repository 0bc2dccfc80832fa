package org.crvqa.artifacts.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The digest of the Content-MD5 header: against damage on the way, not against an attacker. */
final class Md5 {
    private static final int BUFFER_BYTES = 128 << 10;

    private final byte[] bytes;

    private Md5(byte[] bytes) {
        this.bytes = bytes;
    }

    static Md5 of(byte[] content) {
        return new Md5(digest().digest(content));
    }

    /** Reads the section once. */
    static Md5 of(FileSection section) {
        MessageDigest digest = digest();
        try (InputStream in = section.newStream()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer, 0, buffer.length); read > 0; read = in.read(buffer, 0, buffer.length)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Md5(digest.digest());
    }

    /** As the header has it. */
    String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** As ETags have it. */
    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
