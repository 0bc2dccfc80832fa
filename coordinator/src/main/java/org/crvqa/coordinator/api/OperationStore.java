package org.crvqa.coordinator.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.v1.Operation;

/**
 * Operations in the object store: {@code operations/<id>.json} says what was asked for, {@code operations/<id>.end.json} how
 * it ended, each created once. The id holds the term of the leader that runs it: without an end and with an earlier term
 * nobody does any more. Blocks on the store. Thread-safe.
 */
final class OperationStore {
    private static final String FOLDER = "operations/";
    private static final Pattern ID = Pattern.compile("gc-([0-9]{1,18})-[0-9a-f]{12}");
    private static final int RANDOM_DIGITS = 12;
    private static final long MOST_BYTES = 4 << 20;

    private final ObjectStore store;

    OperationStore(ObjectStore store) {
        this.store = store;
    }

    /** For an operation of the leader of a term. */
    static String newId(long term) {
        return "gc-" + term + "-"
                + UUID.randomUUID().toString().replace("-", "").substring(0, RANDOM_DIGITS);
    }

    /** The term of the leader that runs, or ran, the operation; empty: there can be none with this id. */
    static Optional<Long> term(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
    }

    void begin(Operation operation) {
        store.createIfAbsent(FOLDER + operation.getId() + ".json", json(operation));
    }

    /** The first end that is told holds. */
    void end(Operation operation) {
        store.createIfAbsent(FOLDER + operation.getId() + ".end.json", json(operation));
    }

    /** As it ended, or else as it began. @throws ArtifactCorruptException when it cannot be read */
    Optional<Operation> find(String id) {
        if (term(id).isEmpty()) {
            return Optional.empty();
        }
        return read(FOLDER + id + ".end.json").or(() -> read(FOLDER + id + ".json"));
    }

    private Optional<Operation> read(String name) {
        return store.read(name, MOST_BYTES).map(content -> {
            Operation.Builder operation = Operation.newBuilder();
            try {
                JsonFormat.parser()
                        .ignoringUnknownFields()
                        .merge(new String(content, StandardCharsets.UTF_8), operation);
                return operation.build();
            } catch (InvalidProtocolBufferException e) {
                throw new ArtifactCorruptException(name + " is no operation: " + e.getMessage(), e);
            }
        });
    }

    private static byte[] json(Operation operation) {
        return CanonicalJson.of(operation).getBytes(StandardCharsets.UTF_8);
    }
}
