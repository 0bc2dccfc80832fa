package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.v1.ExperimentEvent;
import org.jboss.logging.Logger;

/**
 * What happened to experiments, in the object store: {@code experiments/<id>/events/<time>-<random>.json}, never changed.
 * The names sort by time, so that nobody has to agree on numbers; events of leaders whose clocks differ may stand in another
 * order than they happened. They are for people and decide nothing. Blocks on the store. Thread-safe.
 */
public final class EventLog {
    private static final Logger LOG = Logger.getLogger(EventLog.class);
    private static final int RANDOM_DIGITS = 8;
    /** An event is a few hundred bytes. */
    private static final long MOST_BYTES = 64 << 10;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public EventLog(ObjectStore store) {
        this.store = store;
    }

    /** Keeps an event. Where the store does not take it, the log of this process has it: what it tells of has happened. */
    public void append(String id, ExperimentEvent event) {
        String name = "%s%013d-%s.json"
                .formatted(
                        folder(id),
                        Timestamps.toMillis(event.getTime()),
                        UUID.randomUUID().toString().substring(0, RANDOM_DIGITS));
        try {
            store.createIfAbsent(name, CanonicalJson.of(event).getBytes(StandardCharsets.UTF_8));
        } catch (StoreException e) {
            LOG.warnf("An event of experiment %s is not in the store (%s): %s", id, e.getMessage(), event);
        }
    }

    /** Names of an experiment's events, the latest first. */
    public List<String> names(String id) {
        List<String> names = new ArrayList<>(store.list(folder(id)));
        Collections.reverse(names);
        return names;
    }

    /** The event with one of these {@link #names}. @throws ArtifactCorruptException when it is none */
    public ExperimentEvent read(String name) {
        ExperimentEvent.Builder event = ExperimentEvent.newBuilder();
        try {
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(
                            new String(
                                    store.read(name, MOST_BYTES)
                                            .orElseThrow(() -> new ArtifactCorruptException(name + " is gone")),
                                    StandardCharsets.UTF_8),
                            event);
            return event.build();
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(name + " is no event of an experiment: " + e.getMessage(), e);
        }
    }

    private static String folder(String id) {
        return ExperimentStore.FOLDER + id + "/events/";
    }
}
