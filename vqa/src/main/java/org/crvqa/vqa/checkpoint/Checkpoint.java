package org.crvqa.vqa.checkpoint;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.source.FileKind;
import org.crvqa.vqa.tensorfile.ForeignTensor;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorFile;

/**
 * The tensors of a Hugging Face folder, wherever they are: in {@code model.safetensors}, its shards, {@code
 * pytorch_model.bin} or its shards; the first of these that is there, as Hugging Face's {@code from_pretrained} has it.
 * Tensors are read one at a time.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String INDEX = ".index.json";

    private final Path source;
    private final List<TensorFile> files = new ArrayList<>();
    private final Map<String, TensorDeclaration> tensors = new LinkedHashMap<>();
    private final Map<String, ForeignTensor> foreign = new LinkedHashMap<>();
    private final Map<String, TensorFile> fileOf = new LinkedHashMap<>();
    private final Map<String, TensorFile> unindexed = new LinkedHashMap<>();

    private Checkpoint(Path source) {
        this.source = source;
    }

    /** The forms of a checkpoint, best first. */
    private enum Form {
        SAFETENSORS(
                "model.safetensors",
                ".safetensors",
                EnumSet.of(FileKind.SAFETENSORS, FileKind.BINARY),
                "tensors as safetensors"),
        TORCH(
                "pytorch_model.bin",
                ".bin",
                EnumSet.of(FileKind.TORCH, FileKind.ZIP, FileKind.PICKLE, FileKind.BINARY),
                "what torch.save writes");

        private final String file;
        private final String ending;
        private final Set<FileKind> kinds;
        private final String expected;

        Form(String file, String ending, Set<FileKind> kinds, String expected) {
            this.file = file;
            this.ending = ending;
            this.kinds = kinds;
            this.expected = expected;
        }

        /** What is plainly of another kind is named; about the rest, the reader of the form knows better. */
        TensorFile open(Path path) {
            FileHead.read(path).require(kinds, expected);
            return this == SAFETENSORS ? SafetensorsReader.open(path) : TorchFile.open(path);
        }
    }

    /**
     * Opens the checkpoint of a folder.
     *
     * @throws InvalidInputException when there is none, a file of it is missing or malformed, or shards and index
     *     disagree
     */
    public static Checkpoint open(Path folder) {
        for (Form form : Form.values()) {
            Path whole = folder.resolve(form.file);
            if (Files.exists(whole, LinkOption.NOFOLLOW_LINKS)) {
                return new Checkpoint(whole).fill(() -> List.of(whole), form);
            }
            Path index = folder.resolve(form.file + INDEX);
            if (Files.exists(index, LinkOption.NOFOLLOW_LINKS)) {
                return sharded(ShardIndex.read(index, form.ending), form);
            }
        }
        throw new InvalidInputException(
                "There is no model.safetensors or pytorch_model.bin in " + folder + ", nor the " + INDEX
                        + " of either's shards",
                "Give the folder of a Hugging Face model, as save_pretrained writes it.");
    }

    private static Checkpoint sharded(ShardIndex index, Form form) {
        Checkpoint checkpoint = new Checkpoint(index.file()).fill(index::shards, form);
        try {
            Map<String, String> found = new LinkedHashMap<>();
            checkpoint.fileOf.forEach(
                    (name, shard) -> found.put(name, String.valueOf(shard.file().getFileName())));
            index.requireThere(found);
            checkpoint.leaveOut(index);
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private Checkpoint fill(Supplier<List<Path>> paths, Form form) {
        try {
            for (Path path : paths.get()) {
                TensorFile file = form.open(path);
                files.add(file);
                for (TensorDeclaration tensor : file.declarations()) {
                    note(tensor.name(), file);
                    tensors.put(tensor.name(), tensor);
                }
                for (ForeignTensor tensor : file.foreign()) {
                    note(tensor.name(), file);
                    foreign.put(tensor.name(), tensor);
                }
            }
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void note(String tensor, TensorFile file) {
        TensorFile other = fileOf.put(tensor, file);
        if (other != null) {
            throw new InvalidInputException(
                    "Tensor " + tensor + " is in both " + other.file() + " and " + file.file(),
                    "Give a checkpoint whose shards belong together.");
        }
    }

    /** What the index does not name is no part of the checkpoint, which matters only when it is needed. */
    private void leaveOut(ShardIndex index) {
        fileOf.forEach((name, file) -> {
            if (!index.fileOf().containsKey(name)) {
                unindexed.put(name, file);
            }
        });
        unindexed.keySet().forEach(name -> {
            tensors.remove(name);
            foreign.remove(name);
        });
    }

    /** What stands for the checkpoint in messages: its file, or the index of its shards. */
    public Path source() {
        return source;
    }

    /** The files that hold the tensors. */
    public List<Path> files() {
        return files.stream().map(TensorFile::file).toList();
    }

    /** Names of all tensors, whatever their types, in the order of the files. */
    List<String> names() {
        return List.copyOf(fileOf.keySet());
    }

    /** The tensor of this name, when it is of a type that is read. */
    Optional<TensorDeclaration> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** The tensor of this name, when it is of another type. */
    Optional<ForeignTensor> findForeign(String name) {
        return Optional.ofNullable(foreign.get(name));
    }

    /** Whether any file has a tensor of this name. */
    boolean has(String name) {
        return fileOf.containsKey(name);
    }

    /** The file with the tensor of this name, when the index of the shards does not name it. */
    Optional<Path> unindexed(String name) {
        return Optional.ofNullable(unindexed.get(name)).map(TensorFile::file);
    }

    /** Where in their files the tensors were, when not where save_pretrained puts them; sentences. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (TensorFile file : files) {
            if (file instanceof TorchFile torch) {
                torch.wrapper()
                        .ifPresent(name -> remarks.add(
                                "The tensors of " + file.file() + " are in its dictionary \"" + name + "\"."));
            }
        }
        return remarks;
    }

    /**
     * A tensor as single-precision floats, row-major.
     *
     * @throws InvalidInputException when there is no such tensor, it is of no float type, or holds a number that is not
     *     finite
     */
    public float[] finiteFloats(String name) {
        TensorFile file = fileOf.get(name);
        if (file == null) {
            throw new InvalidInputException(source + " has no tensor " + name, "Give a file of the expected kind.");
        }
        float[] values = file.floats(name);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidInputException(
                        "Tensor " + name + " of " + file.file() + " holds " + values[i] + " at element " + i
                                + ", expected finite single-precision numbers",
                        "Give a checkpoint of a model that has not diverged.");
            }
        }
        return values;
    }

    @Override
    public void close() {
        files.forEach(TensorFile::close);
    }
}
