package org.crvqa.cli.provenance;

import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;

/**
 * One artifact of a chain.
 *
 * @param manifest empty when it is missing or cannot be read
 * @param attempts at the task, in order; what the store kept of them
 * @param problems what does not verify, each a sentence; empty when all is as it should be
 * @param verifiedBytes bytes of files that were read and compared
 */
record ProvenanceNode(
        ArtifactKey key,
        Optional<Manifest> manifest,
        List<AttemptRecord> attempts,
        List<String> problems,
        long verifiedBytes) {
    ProvenanceNode {
        attempts = List.copyOf(attempts);
        problems = List.copyOf(problems);
    }

    List<ArtifactKey> inputs() {
        return manifest.map(found ->
                        found.getInputKeysList().stream().map(ArtifactKey::new).toList())
                .orElse(List.of());
    }
}
