package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    private static final String DIGEST = "ab".repeat(32);
    private static final TaskSpec SPEC = TaskSpec.newBuilder()
            .setAlgorithmVersion(1)
            .setModel(ModelSpec.newBuilder().setRandomSeed(7))
            .build();
    private static final ArtifactKey KEY = ArtifactKey.of(SPEC);
    private static final Manifest MANIFEST = Manifest.newBuilder()
            .setKey(KEY.hex())
            .setSpec(SPEC)
            .addFiles(entry("config.json", 12, DIGEST))
            .addFiles(entry("model.safetensors", 5_000_000_000L, "cd".repeat(32)))
            .putMetrics("zeros/language", 0.7)
            .build();

    private static FileEntry entry(String name, long size, String digest) {
        return FileEntry.newBuilder()
                .setName(name)
                .setSizeBytes(size)
                .setSha256(digest)
                .build();
    }

    @Test
    void encode_manifest_isCanonicalJsonWithProtoNames() {
        String text = new String(Manifests.encode(MANIFEST), StandardCharsets.UTF_8);

        assertThat(text)
                .isEqualTo("{\"files\":[{\"name\":\"config.json\",\"sha256\":\"" + DIGEST
                        + "\",\"size_bytes\":\"12\"},{\"name\":\"model.safetensors\",\"sha256\":\"" + "cd".repeat(32)
                        + "\",\"size_bytes\":\"5000000000\"}],\"key\":\"" + KEY
                        + "\",\"metrics\":{\"zeros/language\":0.7},"
                        + "\"spec\":{\"algorithm_version\":1,\"model\":{\"random_seed\":\"7\"}}}");
        assertThat(Manifests.decode(KEY, Manifests.encode(MANIFEST))).isEqualTo(MANIFEST);
    }

    @Test
    void decode_fieldOfANewerVersionOutsideTheSpec_isIgnored() {
        String text = new String(Manifests.encode(MANIFEST), StandardCharsets.UTF_8);
        String newer = "{\"new_field\":[1,{}]," + text.substring(1);

        assertThat(Manifests.decode(KEY, newer.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(MANIFEST);
    }

    @Test
    void decode_otherKeyRequested_isCorrupt() {
        ArtifactKey other = new ArtifactKey(DIGEST);

        assertThatThrownBy(() -> Manifests.decode(other, Manifests.encode(MANIFEST)))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining(other.hex())
                .hasMessageContaining(KEY.hex());
    }

    static Stream<Arguments> corruptions() {
        return Stream.of(
                corruption("holds a spec whose key is", b -> b.getSpecBuilder().setAlgorithmVersion(2)),
                corruption("names the key ''", Manifest.Builder::clearKey),
                corruption("names the input 'x'", b -> b.addInputKeys("x")),
                corruption("'../../names/x'", b -> b.addFiles(entry("../../names/x", 1, DIGEST))),
                corruption("'/etc/passwd'", b -> b.addFiles(entry("/etc/passwd", 1, DIGEST))),
                corruption("'config.json' twice", b -> b.addFiles(entry("config.json", 1, DIGEST))),
                corruption("malformed digest '../x'", b -> b.addFiles(entry("a", 1, "../x"))),
                corruption("the size -1", b -> b.addFiles(entry("a", -1, DIGEST))));
    }

    private static Arguments corruption(String problem, Consumer<Manifest.Builder> change) {
        return Arguments.of(problem, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corruptions")
    void decode_changedManifest_saysWhatIsWrong(String problem, Consumer<Manifest.Builder> change) {
        Manifest.Builder changed = MANIFEST.toBuilder();
        change.accept(changed);

        assertThatThrownBy(() -> Manifests.decode(KEY, Manifests.encode(changed.build())))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining(KEY.hex())
                .hasMessageContaining(problem);
    }

    @Test
    void decode_cutText_isCorruptAtAnyLength() {
        byte[] whole = Manifests.encode(MANIFEST);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Manifests.decode(KEY, cut)).isInstanceOf(ArtifactCorruptException.class);
        }
    }

    @Test
    void contentDigest_sameFilesByOtherProducer_isEqual() {
        Manifest other = MANIFEST.toBuilder()
                .clearFiles()
                .addFiles(MANIFEST.getFiles(1))
                .addFiles(MANIFEST.getFiles(0))
                .setProducer(Producer.newBuilder().setWorkerId("other").setAttempt(2))
                .build();

        assertThat(Manifests.contentDigest(other)).isEqualTo(Manifests.contentDigest(MANIFEST));
    }

    @Test
    void contentDigest_otherNameOrBytes_differs() {
        Manifest renamed = MANIFEST.toBuilder()
                .setFiles(0, entry("config2.json", 12, DIGEST))
                .build();
        Manifest changed = MANIFEST.toBuilder()
                .setFiles(0, entry("config.json", 12, "ef".repeat(32)))
                .build();

        assertThat(Manifests.contentDigest(renamed)).isNotEqualTo(Manifests.contentDigest(MANIFEST));
        assertThat(Manifests.contentDigest(changed)).isNotEqualTo(Manifests.contentDigest(MANIFEST));
    }
}
