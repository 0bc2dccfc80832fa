package org.crvqa.vqa.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Writes checkpoints as folders. Both forms hold {@code config.json} (Hugging Face's, with the answers as labels),
 * {@code answers.json}, {@code vocab.txt} and a model card {@code README.md}. The Hugging Face form adds {@code
 * model.safetensors} with pruned zeros, and {@code mask.safetensors} for a subnetwork; the compact form {@code
 * model.compact.safetensors} ({@link CompactFile}). A folder appears complete or not at all.
 */
public final class ModelExport {
    /** Of the compact form. */
    public static final String COMPACT = "model.compact.safetensors";

    private static final String MODEL = "model.safetensors";
    private static final String MASK = "mask.safetensors";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ModelExport() {}

    /** What to write. */
    public enum Form {
        HUGGING_FACE,
        COMPACT
    }

    /** Bytes of tensors that {@link #write} reports as written. */
    public static long bytes(ExportSource source) {
        try (CheckpointTensors tensors = new CheckpointTensors(source)) {
            return tensors.shapes().entrySet().stream()
                    .mapToLong(tensor -> TensorDeclaration.f32(tensor.getKey(), tensor.getValue())
                            .byteLength())
                    .sum();
        }
    }

    /**
     * Writes a checkpoint into a folder that does not exist yet or is empty.
     *
     * @param evaluations manifests of evaluations of this checkpoint, for the model card
     * @param replace let the folder take the place of one that is there
     * @param written told how many more bytes of tensors were written
     * @return sizes of the masked tensors, in the compact form
     * @throws InvalidInputException when the folder is taken, an evaluation is of another checkpoint, or a dense model is
     *     to be written in the compact form
     */
    public static Optional<CompactFile.Sizes> write(
            ExportSource source,
            List<Manifest> evaluations,
            Form form,
            Path folder,
            boolean replace,
            LongConsumer written) {
        evaluations.forEach(evaluation -> requireSame(source, evaluation));
        try (WholeFolder whole = WholeFolder.create(folder, replace);
                CheckpointTensors tensors = new CheckpointTensors(source)) {
            Path target = whole.path();
            Files.writeString(target.resolve("config.json"), config(source));
            Files.writeString(
                    target.resolve("answers.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(source.answers()) + "\n");
            Files.copy(source.vocabulary(), target.resolve("vocab.txt"));
            Files.writeString(target.resolve("README.md"), ModelCard.of(source, evaluations, load(source)));
            Optional<CompactFile.Sizes> sizes = Optional.empty();
            if (form == Form.COMPACT) {
                sizes = Optional.of(CompactFile.write(tensors, target.resolve(COMPACT), written));
            } else {
                dense(tensors, target.resolve(MODEL), written);
                if (source.mask().isPresent()) {
                    Files.copy(source.mask().get(), target.resolve(MASK));
                }
            }
            whole.commit();
            return sizes;
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Cannot write " + folder + ": " + e, "Check the disk's space and the folder's rights.", e);
        }
    }

    /**
     * Bytes of tensors that {@link #restore} reports as written.
     *
     * @throws InvalidInputException when {@code compact} is no folder of the compact form
     */
    public static long restoredBytes(Path compact) {
        return CompactFile.restoredBytes(packed(compact));
    }

    /**
     * Makes a folder of the Hugging Face form out of one of the compact form, with the same tensors to the last bit.
     *
     * @throws InvalidInputException when {@code compact} is no such folder, or {@code folder} is taken
     */
    public static void restore(Path compact, Path folder, boolean replace, LongConsumer written) {
        Path packed = packed(compact);
        try (WholeFolder whole = WholeFolder.create(folder, replace)) {
            for (String name : List.of("config.json", "answers.json", "vocab.txt", "README.md")) {
                if (Files.isRegularFile(compact.resolve(name))) {
                    Files.copy(compact.resolve(name), whole.path().resolve(name));
                }
            }
            CompactFile.restore(
                    packed, whole.path().resolve(MODEL), whole.path().resolve(MASK), written);
            whole.commit();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Cannot write " + folder + ": " + e, "Check the disk's space and the folder's rights.", e);
        }
    }

    private static Path packed(Path compact) {
        Path packed = compact.resolve(COMPACT);
        if (!Files.isRegularFile(packed)) {
            throw new InvalidInputException(
                    "There is no file " + packed, "Give a folder that 'crvqa export --form compact' wrote.");
        }
        return packed;
    }

    private static void dense(CheckpointTensors tensors, Path file, LongConsumer written) {
        List<TensorDeclaration> declarations = new ArrayList<>();
        tensors.shapes().forEach((name, shape) -> declarations.add(TensorDeclaration.f32(name, shape)));
        // transformers refuses a file that does not say for which framework it is.
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations, Map.of("format", "pt"))) {
            for (TensorDeclaration tensor : declarations) {
                writer.writeFloats(tensor.name(), tensors.values(tensor.name()));
                written.accept(tensor.byteLength());
            }
            writer.commit();
        }
    }

    /** The configuration with the keys by which transformers knows model and labels. */
    private static String config(ExportSource source) throws JsonProcessingException {
        JsonNode root = JSON.readTree(source.configJson());
        ObjectNode config = (ObjectNode) root;
        boolean visualBert = isVisualBert(source);
        config.put("model_type", visualBert ? "visual_bert" : "lxmert");
        config.putArray("architectures").add(visualBert ? "VisualBertModel" : "LxmertModel");
        ObjectNode byLabel = config.putObject("id2label");
        ObjectNode byAnswer = config.putObject("label2id");
        for (int label = 0; label < source.answers().size(); label++) {
            byLabel.put(Integer.toString(label), source.answers().get(label));
            byAnswer.put(source.answers().get(label), label);
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n";
    }

    /** The same in both forms, so that {@link #restore} gives back every file as the other form has it. */
    private static String load(ExportSource source) {
        String load = "Load the encoder with `transformers."
                + (isVisualBert(source) ? "VisualBertModel" : "LxmertModel") + ".from_pretrained(FOLDER)`.";
        return source.mask().isEmpty()
                ? load
                : load + " A folder with `" + COMPACT
                        + "` (masks as bits and the weights that stay) needs `crvqa unpack FOLDER --out DIR` before.";
    }

    private static boolean isVisualBert(ExportSource source) {
        return source.config().architecture() == ModelArchitecture.MODEL_ARCHITECTURE_VISUAL_BERT;
    }

    private static void requireSame(ExportSource source, Manifest evaluation) {
        String key = source.stages().get(source.stages().size() - 1).getKey();
        if (!evaluation.getInputKeysList().contains(key)) {
            throw new InvalidInputException(
                    "Artifact " + evaluation.getKey() + " is no evaluation of checkpoint " + key,
                    "Name evaluations of this checkpoint.");
        }
    }
}
