package org.crvqa.coordinator.dispatch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * Attempts at tasks in the store. {@code tasks/<key>/attempts/<n>.json} claims attempt n by create-if-absent;
 * {@code <n>.outcome.json} beside it says how it ended, when it ended without a result. Blocks on the store, and throws
 * its {@link org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class AttemptLog {
    private final ObjectStore store;
    private final ArtifactRepository artifacts;
    private final Clock clock;

    /** The store stays the caller's to close. */
    public AttemptLog(ObjectStore store, ArtifactRepository artifacts, Clock clock) {
        this.store = store;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /** What the store says of a task; the artifact, when there is one, settles it. */
    public TaskHistory history(ArtifactKey key) {
        Optional<Manifest> manifest = artifacts.find(key);
        if (manifest.isPresent()) {
            return TaskHistory.done(manifest.get());
        }
        int attempts = 0;
        int charged = 0;
        Optional<TaskFailure> latest = Optional.empty();
        boolean quarantined = false;
        while (store.exists(claimName(key, attempts + 1))) {
            attempts++;
            Optional<TaskFailure> failure =
                    store.read(outcomeName(key, attempts)).flatMap(content -> failure(key, content));
            if (failure.isPresent()) {
                FailureKind kind = failure.get().getKind();
                charged += kind == FailureKind.FAILURE_KIND_EXTERNAL ? 0 : 1;
                quarantined |= RetryPolicy.isFinal(kind, charged);
                latest = failure;
            }
        }
        return new TaskHistory(Optional.empty(), attempts, charged, latest, quarantined);
    }

    Optional<Manifest> manifest(ArtifactKey key) {
        return artifacts.find(key);
    }

    /** Claims the first attempt after {@code latest} that nobody has, and returns its number. */
    int claim(ArtifactKey key, int latest, String worker) {
        Map<String, String> claim = new LinkedHashMap<>();
        claim.put("worker", worker);
        claim.put("time", clock.instant().toString());
        byte[] content = json(claim);
        int number = latest + 1;
        while (!store.createIfAbsent(claimName(key, number), content)) {
            number++;
        }
        return number;
    }

    /** Keeps how an attempt ended. Of several records of one attempt the first stays. */
    void record(ArtifactKey key, int attempt, String worker, Ending ending) {
        Map<String, String> outcome = new LinkedHashMap<>();
        outcome.put("outcome", ending.word());
        outcome.put("worker", worker);
        outcome.put("time", clock.instant().toString());
        outcome.put("cause", ending.reason());
        if (ending instanceof Ending.Failed failed) {
            outcome.put("kind", failed.failure().getKind().name());
            outcome.put("advice", failed.failure().getAdvice());
        }
        store.createIfAbsent(outcomeName(key, attempt), json(outcome));
    }

    private static Optional<TaskFailure> failure(ArtifactKey key, byte[] content) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException("An outcome below tasks/" + key + "/attempts is not JSON", e);
        }
        if (!text(fields, "outcome").equals("failed")) {
            return Optional.empty();
        }
        return Optional.of(TaskFailure.newBuilder()
                .setKind(kind(text(fields, "kind")))
                .setCause(text(fields, "cause"))
                .setAdvice(text(fields, "advice"))
                .build());
    }

    /** Another version may know kinds that this one does not: such a failure counts like one without a kind. */
    private static FailureKind kind(String name) {
        var known = FailureKind.getDescriptor().findValueByName(name);
        return known == null ? FailureKind.FAILURE_KIND_UNSPECIFIED : FailureKind.valueOf(known);
    }

    private static String text(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static byte[] json(Map<String, String> fields) {
        Struct.Builder struct = Struct.newBuilder();
        fields.forEach((name, text) ->
                struct.putFields(name, Value.newBuilder().setStringValue(text).build()));
        return CanonicalJson.of(struct.build()).getBytes(StandardCharsets.UTF_8);
    }

    private static String claimName(ArtifactKey key, int attempt) {
        return "tasks/" + key + "/attempts/" + attempt + ".json";
    }

    private static String outcomeName(ArtifactKey key, int attempt) {
        return "tasks/" + key + "/attempts/" + attempt + ".outcome.json";
    }
}
