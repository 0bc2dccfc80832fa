package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.experiment.v1.PlanReference;
import org.crvqa.study.plan.Plan;

/**
 * Plans in the object store: {@code experiments/<id>/plans/<sha256>.json}, under the digest of their content, so that
 * coordinators that plan one experiment differently do not disturb each other. What a plan has beside it lies there too. Which of them holds is said by one object
 * that is created if absent: by spec.json, or for an experiment whose spec.json names none, {@code
 * experiments/<id>/plan.json}. Blocks on the store. Thread-safe.
 */
final class PlanStore {
    private static final String DIGEST = "[0-9a-f]{64}";

    /** Of an object; plans of very many tasks are in several. */
    private static final long MOST_BYTES = 64 << 20;

    private static final long MOST_REFERENCE_BYTES = 16 << 10;

    private final ObjectStore store;

    PlanStore(ObjectStore store) {
        this.store = store;
    }

    /** Keeps a plan that nothing names yet; its digest. Idempotent. */
    String keep(String id, Plan plan) {
        byte[] content = PlanRecord.encode(plan, (sha256, part) -> store.createIfAbsent(plan(id, sha256), part));
        String sha256 = Sha256.hex(content);
        store.createIfAbsent(plan(id, sha256), content);
        return sha256;
    }

    /** Lets this plan hold for an experiment whose spec.json names none, unless another does already. */
    void refer(String id, String sha256) {
        PlanReference reference =
                PlanReference.newBuilder().setPlanSha256(sha256).build();
        store.createIfAbsent(reference(id), CanonicalJson.of(reference).getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of the plan that {@link #refer} let hold, when there is one. */
    Optional<String> referred(String id) {
        return store.read(reference(id), MOST_REFERENCE_BYTES).map(content -> {
            PlanReference.Builder reference = PlanReference.newBuilder();
            try {
                JsonFormat.parser()
                        .ignoringUnknownFields()
                        .merge(new String(content, StandardCharsets.UTF_8), reference);
            } catch (InvalidProtocolBufferException e) {
                throw new ArtifactCorruptException(reference(id) + " is not JSON: " + e.getMessage(), e);
            }
            return digest(reference(id), reference.getPlanSha256());
        });
    }

    /** @throws ArtifactCorruptException when it is not there, or not what was written */
    Plan read(String id, String sha256) {
        return PlanRecord.decode(
                plan(id, sha256), object(id, sha256), sha256, part -> object(id, digest(plan(id, sha256), part)));
    }

    private byte[] object(String id, String sha256) {
        String name = plan(id, sha256);
        return store.read(name, MOST_BYTES)
                .orElseThrow(() -> new ArtifactCorruptException("Experiment " + id + " has lost its plan: " + name
                        + " is missing from " + store.location() + ". Restore it from a copy of the store"));
    }

    /** Checks a digest that an object names. */
    static String digest(String name, String sha256) {
        if (!sha256.matches(DIGEST)) {
            throw new ArtifactCorruptException(
                    name + " names the plan '" + sha256 + "', expected 64 lower-case hexadecimal digits");
        }
        return sha256;
    }

    private static String plan(String id, String sha256) {
        return ExperimentStore.FOLDER + id + "/plans/" + sha256 + ".json";
    }

    private static String reference(String id) {
        return ExperimentStore.FOLDER + id + "/plan.json";
    }
}
