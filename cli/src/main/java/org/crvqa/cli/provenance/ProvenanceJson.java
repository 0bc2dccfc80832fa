package org.crvqa.cli.provenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.cli.experiment.Json;

/** A chain for programs: every artifact once with its whole manifest. */
public final class ProvenanceJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ProvenanceJson() {}

    /** JSON text; {@code verified}: whether bytes of files were compared. */
    public static String of(Provenance provenance, boolean verified) {
        ObjectNode root = JSON.createObjectNode()
                .put("key", provenance.root().hex())
                .put("verified", provenance.problems().isEmpty())
                .put("files_read", verified);
        ArrayNode problems = root.putArray("problems");
        provenance.problems().forEach(problems::add);
        ArrayNode artifacts = root.putArray("artifacts");
        try {
            for (ProvenanceNode node : provenance.nodes().values()) {
                artifacts.add(artifact(node));
            }
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Manifests and plain text have a JSON form", e);
        }
    }

    private static ObjectNode artifact(ProvenanceNode node) throws JsonProcessingException {
        ObjectNode artifact = JSON.createObjectNode().put("key", node.key().hex());
        if (node.manifest().isPresent()) {
            Manifest manifest = node.manifest().get();
            artifact.put("kind", SpecText.kind(manifest.getSpec()));
            artifact.set("manifest", JSON.readTree(Json.of(manifest)));
        }
        ArrayNode attempts = artifact.putArray("attempts");
        for (AttemptRecord attempt : node.attempts()) {
            ObjectNode record = attempts.addObject().put("attempt", attempt.number());
            record.set("claim", JSON.valueToTree(attempt.claim()));
            record.set("outcome", JSON.valueToTree(attempt.outcome()));
        }
        ArrayNode problems = artifact.putArray("problems");
        node.problems().forEach(problems::add);
        return artifact;
    }
}
