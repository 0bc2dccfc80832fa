package org.crvqa.vqa.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.BuildInfo;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.ShardedSource;
import org.crvqa.task.v1.SourceFile;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.checkpoint.Checkpoint;
import org.crvqa.vqa.checkpoint.CheckpointNames;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Makes model artifacts: {@code config.json} as canonical JSON, and {@code model.safetensors} with the encoder's tensors
 * under Hugging Face's names with the model's prefix, such as {@code lxmert.}, as F32 in {@code state_dict} order. What exists already
 * is found by its key; after a failure nothing stays behind.
 */
public final class ModelImport {
    /** Raised by every change that changes an artifact's bytes. */
    private static final int ALGORITHM_VERSION = 1;

    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";

    private ModelImport() {}

    /**
     * A model and what its file held besides.
     *
     * @param unexpected names of tensors that the model does not need, such as the heads of pre-training
     * @param remarks what was done to find the tensors in a file that names or keeps them in another way; sentences
     */
    public record Result(Manifest manifest, List<String> unexpected, List<String> remarks) {
        /** Copies the lists. */
        public Result {
            unexpected = List.copyOf(unexpected);
            remarks = List.copyOf(remarks);
        }
    }

    /** As the other, under any key. */
    public static Manifest initialise(ArtifactRepository repository, Path configJson, long seed) {
        return initialise(repository, configJson, seed, key -> {});
    }

    /**
     * A model with random weights drawn from the seed.
     *
     * @param accepted told of the key before the work begins; what it throws ends it
     * @throws InvalidInputException when the configuration is missing or of no known model
     */
    public static Manifest initialise(
            ArtifactRepository repository, Path configJson, long seed, Consumer<ArtifactKey> accepted) {
        ConfigFile configuration = ConfigFile.read(configJson);
        TaskSpec spec = spec(configuration, ModelSpec.newBuilder().setRandomSeed(seed));
        accepted.accept(ArtifactKey.of(spec));
        WeightInit init = new WeightInit(seed);
        return commit(repository, spec, configuration, name -> init.encoder(configuration.config(), name));
    }

    /** As the other, under any key. */
    public static Result importHuggingFace(ArtifactRepository repository, Path folder) {
        return importHuggingFace(repository, folder, key -> {});
    }

    /**
     * A pre-trained model from a folder with {@code config.json} and a {@link Checkpoint}, whose tensors may be named in
     * the ways that {@link CheckpointNames} knows. They are read and written one at a time.
     *
     * @param accepted told of the key before tensors are read; what it throws ends the import
     * @throws InvalidInputException when a file is missing or malformed, or a tensor is missing, of another shape or
     *     type, or not finite
     */
    public static Result importHuggingFace(ArtifactRepository repository, Path folder, Consumer<ArtifactKey> accepted) {
        if (!Files.isDirectory(folder)) {
            throw FileHead.read(folder).insteadOf("a folder with config.json and the tensors");
        }
        ConfigFile configuration = ConfigFile.read(folder.resolve(CONFIG));
        ModelConfig config = configuration.config();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            CheckpointNames names = CheckpointNames.match(checkpoint, config.prefix(), config.shapes());
            TaskSpec spec = spec(configuration, source(checkpoint.files()));
            accepted.accept(ArtifactKey.of(spec));
            Manifest manifest =
                    commit(repository, spec, configuration, name -> checkpoint.finiteFloats(names.stored(name)));
            return new Result(manifest, names.unexpected(), names.remarks());
        }
    }

    private static ModelSpec.Builder source(List<Path> files) {
        List<SourceFile> sources = files.stream()
                .map(ModelImport::sha256)
                .sorted()
                .map(digest -> SourceFile.newBuilder().setSha256(digest).build())
                .toList();
        return sources.size() == 1
                ? ModelSpec.newBuilder().setImported(sources.get(0))
                : ModelSpec.newBuilder().setSharded(ShardedSource.newBuilder().addAllFiles(sources));
    }

    private static Manifest commit(
            ArtifactRepository repository, TaskSpec spec, ConfigFile configuration, TensorSource weights) {
        Optional<Manifest> existing = repository.find(ArtifactKey.of(spec));
        if (existing.isPresent()) {
            return existing.get();
        }
        try (ArtifactDraft draft = repository.draft(spec)) {
            Files.writeString(draft.file(CONFIG), configuration.canonical(), StandardCharsets.UTF_8);
            write(draft.file(WEIGHTS), configuration.config(), weights);
            return draft.commit(Manifest.newBuilder()
                    .setModel(summary(configuration.config()))
                    .setProducer(BuildInfo.commandLine())
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the model: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, ModelConfig config, TensorSource weights) {
        List<TensorDeclaration> tensors = new ArrayList<>();
        config.shapes().forEach((name, shape) -> tensors.add(TensorDeclaration.f32(name, shape)));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
            for (TensorDeclaration tensor : tensors) {
                writer.writeFloats(tensor.name(), weights.get(tensor.name()));
            }
            writer.commit();
        }
    }

    /** What a manifest says of a model with this configuration. */
    public static ModelSummary summary(ModelConfig config) {
        Map<String, long[]> shapes = config.shapes();
        Map<String, Long> maskable = new LinkedHashMap<>();
        config.maskable()
                .forEach((name, modality) -> maskable.merge(
                        modality.name().toLowerCase(Locale.ROOT), elements(shapes.get(name)), Long::sum));
        return ModelSummary.newBuilder()
                .setArchitecture(config.architecture())
                .setParameters(shapes.values().stream()
                        .mapToLong(ModelImport::elements)
                        .sum())
                .putAllMaskable(maskable)
                .setHiddenSize(config.hiddenSize())
                .setVocabularySize(config.vocabSize())
                .setFeatureDim(config.featureSize())
                .build();
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long extent : shape) {
            elements = Math.multiplyExact(elements, extent);
        }
        return elements;
    }

    private static String sha256(Path file) {
        try {
            return Sha256.hex(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Gives a tensor's values, row-major, by its name in the model. */
    @FunctionalInterface
    private interface TensorSource {
        float[] get(String name);
    }

    private static TaskSpec spec(ConfigFile configuration, ModelSpec.Builder weights) {
        return TaskSpec.newBuilder()
                .setAlgorithmVersion(ALGORITHM_VERSION)
                .setModel(weights.setArchitecture(configuration.config().architecture())
                        .setConfigJson(configuration.canonical()))
                .build();
    }
}
