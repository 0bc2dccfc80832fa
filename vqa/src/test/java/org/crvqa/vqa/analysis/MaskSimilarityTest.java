package org.crvqa.vqa.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskSimilarityTest {
    private static final Offset<Double> EXACT = within(1e-15);
    private static final String QUERY = "lxmert.encoder.layer.0.attention.self.query.weight";
    private static final String HEAD = "classifier.main.0.weight_v";

    @TempDir
    private Path folder;

    @Test
    void of_masksOfNumpy_isWhatNumpyComputes() throws Exception {
        JsonNode golden = new ObjectMapper().readTree(getClass().getResource("masks.json"));
        MaskSimilarity similarity = MaskSimilarity.of(List.of(golden("a"), golden("b"), golden("c")));

        for (JsonNode pair : golden.get("pairs")) {
            int first = pair.get("first").asInt();
            int second = pair.get("second").asInt();
            assertThat(similarity.matrices()).hasSize(pair.get("matrices").size());
            for (MatrixOverlap matrix : similarity.matrices()) {
                Similarity found = matrix.similarity(first, second);
                assertThat(found.observed())
                        .isCloseTo(pair.get("matrices").get(matrix.name()).asDouble(), EXACT);
                assertThat(found.byChance())
                        .isCloseTo(pair.get("by_chance").get(matrix.name()).asDouble(), EXACT);
            }
            Similarity mean = similarity.similarity(first, second);
            assertThat(mean.observed()).isCloseTo(pair.get("mean").asDouble(), EXACT);
            assertThat(mean.byChance()).isCloseTo(pair.get("mean_by_chance").asDouble(), EXACT);
        }
        assertThat(similarity.density(0))
                .isCloseTo(golden.get("density").get("a").asDouble(), EXACT);
        assertThat(similarity.density(2))
                .isCloseTo(golden.get("density").get("c").asDouble(), EXACT);
    }

    @Test
    void similarity_anyMasks_isSymmetricAndOneWithItself() {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            long[] shape = {1 + random.nextInt(20), 1 + random.nextInt(20)};
            MaskSimilarity similarity = MaskSimilarity.of(List.of(
                    mask("a" + round, Map.of(QUERY, shape), random), mask("b" + round, Map.of(QUERY, shape), random)));

            assertThat(similarity.similarity(0, 0).observed()).isEqualTo(1.0);
            assertThat(similarity.similarity(1, 1).observed()).isEqualTo(1.0);
            assertThat(similarity.similarity(0, 1)).isEqualTo(similarity.similarity(1, 0));
            assertThat(similarity.similarity(0, 1).observed()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void similarity_largeIndependentMasks_isThatByChance() {
        Random random = new Random(11);
        Map<String, long[]> shapes = Map.of(QUERY, new long[] {600, 600});
        Similarity found = MaskSimilarity.of(List.of(mask("a", shapes, random), mask("b", shapes, random)))
                .similarity(0, 1);

        assertThat(found.observed()).isCloseTo(found.byChance(), within(0.005));
    }

    @Test
    void layers_namesOfAModel_areThoseOfASpec() {
        assertThat(MaskSimilarity.of(List.of(golden("a"), golden("b"))).layers().keySet())
                .containsExactlyInAnyOrder(
                        "embeddings.word_embeddings",
                        "encoder.visn_fc.visn_fc",
                        "encoder.layer.0",
                        "encoder.layer.1",
                        "encoder.x_layers.0",
                        "pooler.dense");
        assertThat(new MatrixOverlap(HEAD, 1, List.of(new long[] {1})).layer()).isEqualTo("classifier.main.0");
    }

    @Test
    void of_headMaskedInOneOnly_comparesTheRest() {
        Random random = new Random(5);
        MaskFile without = mask("without", Map.of(QUERY, new long[] {4, 4}), random);
        MaskFile with = mask("with", Map.of(QUERY, new long[] {4, 4}, HEAD, new long[] {8, 4}), random);

        assertThat(MaskSimilarity.of(List.of(with, without)).matrices())
                .extracting(MatrixOverlap::name)
                .containsExactly(QUERY);
        assertThat(MaskSimilarity.of(List.of(with, with)).matrices()).hasSize(2);
    }

    @Test
    void of_otherShapes_isRefusedByNameOfTheMatrix() {
        Random random = new Random(5);
        MaskFile small = mask("small", Map.of(QUERY, new long[] {4, 4}), random);
        MaskFile large = mask("large", Map.of(QUERY, new long[] {8, 8}), random);

        assertThatThrownBy(() -> MaskSimilarity.of(List.of(small, large)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(QUERY + " is of shape [4, 4] in small, of shape [8, 8] in large");
        assertThatThrownBy(() -> MaskSimilarity.of(List.of(small, golden("a"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not masked");
    }

    @Test
    void of_oneMask_isRefused() {
        assertThatThrownBy(() -> MaskSimilarity.of(List.of(golden("a"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1 masks to compare, expected 2 to 128");
    }

    private static MaskFile golden(String name) {
        try {
            return new MaskFile(
                    name,
                    Path.of(MaskSimilarityTest.class
                            .getResource("mask-" + name + ".safetensors")
                            .toURI()));
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private MaskFile mask(String name, Map<String, long[]> shapes, Random random) {
        Path file = folder.resolve(name + ".safetensors");
        List<String> names = shapes.keySet().stream().sorted().toList();
        List<TensorDeclaration> tensors = names.stream()
                .map(matrix -> TensorDeclaration.bool(matrix, shapes.get(matrix)))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            for (TensorDeclaration tensor : tensors) {
                byte[] kept = new byte[(int) tensor.elements()];
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = (byte) (random.nextInt(10) < 3 ? 1 : 0);
                }
                writer.writeBooleans(tensor.name(), ByteBuffer.wrap(kept));
            }
            writer.commit();
        }
        return new MaskFile(name, file);
    }
}
