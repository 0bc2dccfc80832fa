package org.crvqa.vqa.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/** A store with a dataset, a dense checkpoint and a subnetwork of it with 70 % zeros. */
final class ExportFixture implements AutoCloseable {
    static final List<String> ANSWERS = List.of("yes", "no", "red", "2", "left");
    static final String LXMERT = """
            {"model_type": "lxmert", "vocab_size": 40, "hidden_size": 16, "num_attention_heads": 2,
             "intermediate_size": 32, "max_position_embeddings": 12, "l_layers": 1, "r_layers": 1, "x_layers": 1,
             "visual_feat_dim": 8, "visual_pos_dim": 4}""";
    static final String VISUAL_BERT = """
            {"model_type": "visual_bert", "vocab_size": 40, "hidden_size": 16, "num_attention_heads": 2,
             "intermediate_size": 32, "max_position_embeddings": 12, "num_hidden_layers": 2,
             "visual_embedding_dim": 8}""";
    static final double SPARSITY = 0.7;

    final ArtifactRepository repository;
    final ModelConfig config;
    final Map<String, float[]> dense = new LinkedHashMap<>();
    final Map<String, float[]> head = new LinkedHashMap<>();
    final Map<String, byte[]> kept = new LinkedHashMap<>();
    final Manifest stage1;
    final Manifest stage2;
    private final ObjectStore store;

    ExportFixture(Path folder, String configJson) throws IOException {
        store = ObjectStores.open(StoreSettings.of(
                Files.createDirectories(folder.resolve("store")).toUri()));
        repository = new ArtifactRepository(store, folder.resolve("cache"));
        config = ModelConfig.parse(configJson, "config.json");
        Manifest dataset = dataset();
        stage1 = stage1(configJson, dataset.getKey());
        stage2 = stage2(dataset.getKey());
    }

    private Manifest dataset() throws IOException {
        try (ArtifactDraft draft = draft(TaskSpec.newBuilder().setDataset(DatasetSpec.getDefaultInstance()))) {
            Files.writeString(
                    draft.file("dataset.json"),
                    "{\"answers\":[\"yes\",\"no\",\"red\",\"2\",\"left\"],\"cls_id\":2,\"feature_dim\":8,\"format\":2,"
                            + "\"max_boxes\":3,\"question_types\":[\"is\"],\"sep_id\":3,\"splits\":[\"train\"],"
                            + "\"subsets\":[],\"vocabulary_size\":40}");
            Files.writeString(draft.file("vocab.txt"), "[PAD]\n[UNK]\n");
            return draft.commit(Manifest.getDefaultInstance());
        }
    }

    private Manifest stage1(String configJson, String dataset) throws IOException {
        WeightInit init = new WeightInit(5);
        Map<String, long[]> shapes = new LinkedHashMap<>(config.shapes());
        shapes.keySet().forEach(name -> dense.put(name, init.encoder(config, name)));
        Map<String, long[]> headShapes = HeadParameters.shapes(config.hiddenSize(), ANSWERS.size());
        headShapes.keySet().forEach(name -> dense.put(name, init.head(config.hiddenSize(), ANSWERS.size(), name)));
        shapes.putAll(headShapes);
        TrainSpec spec =
                TrainSpec.newBuilder().setDatasetKey(dataset).setSeed(1).build();
        try (ArtifactDraft draft = draft(TaskSpec.newBuilder().setTrain(spec))) {
            Files.writeString(draft.file("config.json"), configJson);
            write(draft.file("model.safetensors"), shapes, dense);
            return draft.commit(Manifest.newBuilder().putMetrics("zeros/all", 0).build());
        }
    }

    private Manifest stage2(String dataset) {
        Random random = new Random(9);
        config.maskable().keySet().forEach(name -> kept.put(name, mask(dense.get(name).length, random)));
        WeightInit init = new WeightInit(6);
        Map<String, long[]> headShapes = HeadParameters.shapes(config.hiddenSize(), ANSWERS.size());
        headShapes.keySet().forEach(name -> head.put(name, init.head(config.hiddenSize(), ANSWERS.size(), name)));
        PruneSpec spec = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .build();
        try (ArtifactDraft draft = draft(TaskSpec.newBuilder().setPrune(spec))) {
            SubnetworkMask mask = new SubnetworkMask(kept);
            mask.write(draft.file("mask.safetensors"), config);
            write(draft.file("head.safetensors"), headShapes, head);
            return draft.commit(Manifest.newBuilder()
                    .addInputKeys(stage1.getKey())
                    .putAllMetrics(mask.metrics(config, 1000))
                    .build());
        }
    }

    /** Exactly the sparsity's share of zeros at random places. */
    private static byte[] mask(int size, Random random) {
        byte[] kept = new byte[size];
        Arrays.fill(kept, (byte) 1);
        for (int zeros = (int) (size * SPARSITY); zeros > 0; ) {
            int place = random.nextInt(size);
            zeros -= kept[place];
            kept[place] = 0;
        }
        return kept;
    }

    private ArtifactDraft draft(TaskSpec.Builder spec) {
        return repository.draft(spec.setAlgorithmVersion(2).build());
    }

    private static void write(Path file, Map<String, long[]> shapes, Map<String, float[]> values) {
        List<TensorDeclaration> tensors = shapes.entrySet().stream()
                .map(shape -> TensorDeclaration.f32(shape.getKey(), shape.getValue()))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            shapes.keySet().forEach(name -> writer.writeFloats(name, values.get(name)));
            writer.commit();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
