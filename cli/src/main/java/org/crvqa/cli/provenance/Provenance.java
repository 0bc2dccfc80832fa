package org.crvqa.cli.provenance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.StoredFiles;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * The whole chain of an artifact.
 *
 * @param root whose chain this is
 * @param nodes each artifact once, the root first
 */
public record Provenance(ArtifactKey root, Map<ArtifactKey, ProvenanceNode> nodes) {
    private static final int LEAST_DIGITS = 8;

    /** Told before each file that is read. */
    @FunctionalInterface
    public interface Progress {
        /** A file is read next; so many artifacts were looked at before. */
        void reading(int artifacts, String file);
    }

    /**
     * The key that a text stands for: itself, or the one artifact whose key begins so.
     *
     * @throws InvalidInputException when there is none, or there are several
     */
    public static ArtifactKey resolve(ObjectStore store, String text) {
        if (text.matches("[0-9a-f]{64}")) {
            return new ArtifactKey(text);
        }
        if (!text.matches("[0-9a-f]{" + LEAST_DIGITS + ",63}")) {
            throw new InvalidInputException(
                    "\"" + text + "\" is no artifact key, expected 64 hexadecimal digits or the first " + LEAST_DIGITS
                            + " or more",
                    "'crvqa report EXPERIMENT --output json' names the keys of evaluations.");
        }
        List<String> keys = store.list("artifacts/" + text).stream()
                .filter(name -> name.endsWith("/manifest.json"))
                .map(name -> name.split("/")[1])
                .toList();
        if (keys.size() != 1) {
            throw new InvalidInputException(
                    (keys.isEmpty() ? "No artifact" : keys.size() + " artifacts") + " of " + store.location()
                            + (keys.isEmpty() ? " has a key that begins with " : " have keys that begin with ") + text,
                    keys.isEmpty() ? "Check the key and the store (--store, CRVQA_STORE)." : "Give more digits.");
        }
        return new ArtifactKey(keys.get(0));
    }

    /**
     * Reads and verifies the chain: the key is the hash of the spec, the manifest parses, every input exists, and with
     * {@code files} every file has its size and SHA-256.
     *
     * @param artifacts of the same store; pinned, so that nothing of the chain goes away meanwhile
     * @throws InvalidInputException when there is no such artifact
     */
    public static Provenance read(
            ObjectStore store,
            ArtifactRepository artifacts,
            ArtifactKey root,
            Optional<StoredFiles> files,
            Progress progress) {
        if (!store.exists(ArtifactLayout.manifest(root))) {
            throw new InvalidInputException(
                    "There is no artifact " + root + " in " + store.location(),
                    "Check the key and the store (--store, CRVQA_STORE).");
        }
        Map<ArtifactKey, ProvenanceNode> nodes = new LinkedHashMap<>();
        Reader reader = new Reader(store, artifacts, files, name -> progress.reading(nodes.size(), name));
        Deque<ArtifactKey> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            ArtifactKey key = open.pop();
            if (!nodes.containsKey(key)) {
                ProvenanceNode node = reader.node(key);
                nodes.put(key, node);
                node.inputs().forEach(open::push);
            }
        }
        return new Provenance(root, nodes);
    }

    /** Everything that does not verify, with the artifact it is about. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        nodes.forEach((key, node) ->
                node.problems().forEach(problem -> problems.add("Artifact " + key.abbreviated() + ": " + problem)));
        return problems;
    }

    /** Reads one artifact. */
    private record Reader(
            ObjectStore store, ArtifactRepository artifacts, Optional<StoredFiles> files, Consumer<String> says) {
        ProvenanceNode node(ArtifactKey key) {
            List<String> problems = new ArrayList<>();
            Optional<Manifest> manifest = manifest(key, problems);
            long verified = 0;
            for (FileEntry entry : manifest.map(Manifest::getFilesList).orElse(List.of())) {
                if (files.isPresent()) {
                    says.accept(entry.getName());
                    files.get()
                            .mismatch(key, entry)
                            .ifPresent(what -> problems.add("file " + entry.getName() + " " + what));
                    verified += entry.getSizeBytes();
                }
            }
            return new ProvenanceNode(key, manifest, new AttemptRecords(store).of(key, problems), problems, verified);
        }

        private Optional<Manifest> manifest(ArtifactKey key, List<String> problems) {
            try {
                Optional<Manifest> manifest = artifacts.find(key);
                if (manifest.isEmpty()) {
                    problems.add("there is no such artifact, though another was made of it");
                }
                return manifest;
            } catch (ArtifactCorruptException e) {
                problems.add(e.getMessage());
                return Optional.empty();
            }
        }
    }
}
