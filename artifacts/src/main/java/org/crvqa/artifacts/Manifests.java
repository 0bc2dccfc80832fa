package org.crvqa.artifacts;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.ObjectName;

/** The stored form of manifests, and what makes one valid. */
public final class Manifests {
    /** Of one in a store; the largest, of evaluations with many question types, have a few hundred kilobytes. */
    public static final long MOST_BYTES = 4L << 20;

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private Manifests() {}

    /**
     * SHA-256 over names and digests of the files, sorted by name, in lower-case hexadecimal. Two runs of one task that
     * made the same bytes have equal content digests, whoever ran them and however long it took.
     */
    public static String contentDigest(Manifest manifest) {
        StringBuilder text = new StringBuilder();
        manifest.getFilesList().stream()
                .sorted(Comparator.comparing(FileEntry::getName))
                .forEach(entry -> text.append(entry.getSha256())
                        .append("  ")
                        .append(entry.getName())
                        .append('\n'));
        return Sha256.hex(text.toString());
    }

    /** Canonical JSON in UTF-8. */
    static byte[] encode(Manifest manifest) {
        return CanonicalJson.of(manifest).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads and validates a stored manifest. Fields that this version does not know are ignored, except in the spec,
     * where they would change the key.
     *
     * @throws ArtifactCorruptException when it is not the manifest of {@code key}
     */
    public static Manifest decode(ArtifactKey key, byte[] stored) {
        Manifest.Builder builder = Manifest.newBuilder();
        try {
            JsonFormat.parser().ignoringUnknownFields().merge(new String(stored, StandardCharsets.UTF_8), builder);
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(
                    "The manifest of artifact " + key + " (" + stored.length + " bytes) does not parse: "
                            + e.getMessage(),
                    e);
        }
        Manifest manifest = builder.build();
        validate(key, manifest);
        return manifest;
    }

    private static void validate(ArtifactKey key, Manifest manifest) {
        if (!manifest.getKey().equals(key.hex())) {
            throw corrupt(key, "names the key '" + manifest.getKey() + "'");
        }
        ArtifactKey ofSpec = ArtifactKey.of(manifest.getSpec());
        if (!ofSpec.equals(key)) {
            throw corrupt(
                    key, "holds a spec whose key is " + ofSpec + ": changed, or written by a newer version of crvqa");
        }
        for (String input : manifest.getInputKeysList()) {
            if (!DIGEST.matcher(input).matches()) {
                throw corrupt(key, "names the input '" + input + "', which is not a key");
            }
        }
        Set<String> names = new HashSet<>();
        for (FileEntry entry : manifest.getFilesList()) {
            validate(key, entry);
            if (!names.add(entry.getName())) {
                throw corrupt(key, "names the file '" + entry.getName() + "' twice");
            }
        }
    }

    private static void validate(ArtifactKey key, FileEntry entry) {
        try {
            ObjectName.check(entry.getName());
        } catch (IllegalArgumentException e) {
            throw new ArtifactCorruptException(
                    "The manifest of artifact " + key + " names an illegal file: " + e.getMessage(), e);
        }
        if (!DIGEST.matcher(entry.getSha256()).matches()) {
            throw corrupt(
                    key, "gives the file '" + entry.getName() + "' the malformed digest '" + entry.getSha256() + "'");
        }
        if (entry.getSizeBytes() < 0) {
            throw corrupt(key, "gives the file '" + entry.getName() + "' the size " + entry.getSizeBytes());
        }
    }

    private static ArtifactCorruptException corrupt(ArtifactKey key, String what) {
        return new ArtifactCorruptException("The manifest of artifact " + key + " " + what);
    }
}
