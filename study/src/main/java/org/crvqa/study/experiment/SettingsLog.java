package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.jboss.logging.Logger;

/**
 * What was set for experiments, in the object store: {@code experiments/<id>/settings/<n>.json}, n from 1 without gaps, each
 * created once and whole; the latest holds. As with {@link Courses}, whoever appends names the one that it has seen as the
 * latest, and nobody appends behind a later term. Blocks on the store. Thread-safe.
 */
public final class SettingsLog {
    private static final Logger LOG = Logger.getLogger(SettingsLog.class);
    private static final Pattern NAME = Pattern.compile(ExperimentStore.FOLDER + "([^/]+)/settings/([0-9]{6})\\.json");
    /** Labels and a note of at most some kilobytes. */
    private static final long MOST_BYTES = 128 << 10;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public SettingsLog(ObjectStore store) {
        this.store = store;
    }

    /**
     * Settings and their place.
     *
     * @param number 0: before the first
     * @param term of the leader that wrote them
     */
    public record Place(int number, Settings settings, long term) {
        /** Of an experiment for which nothing was set. */
        public static final Place START = new Place(0, Settings.NONE, 0);
    }

    /** The latest settings. */
    public Place latest(String id) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String name : store.list(folder(id))) {
            number(name).ifPresent(numbers::add);
        }
        return at(id, Courses.last(numbers));
    }

    /** The settings with this number, which exist; {@link Place#START} for 0. Where they cannot be read, those before. */
    public Place at(String id, int number) {
        for (int at = number; at > 0; at--) {
            String name = name(id, at);
            try {
                Optional<Place> read = store.read(name, MOST_BYTES).map(content -> decode(name, number, content));
                if (read.isPresent()) {
                    return read.get();
                }
            } catch (ArtifactCorruptException e) {
                LOG.errorf("Settings of experiment %s are passed over: %s", id, e.getMessage());
            }
        }
        return new Place(number, Settings.NONE, 0);
    }

    /**
     * Appends settings. Empty when there are others behind {@code latest}: look again.
     *
     * @throws LaterTermException when {@code latest} is of a later term: a newer leader has the experiment
     */
    public Optional<Place> append(String id, Place latest, Settings settings, long term) {
        if (latest.term() > term) {
            throw new LaterTermException(id, latest.term());
        }
        Place place = new Place(latest.number() + 1, settings, term);
        return store.createIfAbsent(name(id, place.number()), encode(place)) ? Optional.of(place) : Optional.empty();
    }

    /** The number of the settings whose object has this name, when it is such a one. */
    static Optional<Integer> number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(2))) : Optional.empty();
    }

    private static byte[] encode(Place place) {
        Settings settings = place.settings();
        Struct.Builder labels = Struct.newBuilder();
        settings.labels().forEach((key, value) -> labels.putFields(key, text(value)));
        Struct.Builder content = Struct.newBuilder()
                .putFields("labels", Value.newBuilder().setStructValue(labels).build())
                .putFields("note", text(settings.note()))
                .putFields(
                        "paused",
                        Value.newBuilder().setBoolValue(settings.paused()).build())
                .putFields("term", text(Long.toString(place.term())));
        settings.priority()
                .ifPresent(priority -> content.putFields(
                        "priority", Value.newBuilder().setNumberValue(priority).build()));
        return CanonicalJson.of(content.build()).getBytes(StandardCharsets.UTF_8);
    }

    private static Place decode(String name, int number, byte[] content) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
            Map<String, String> labels = new HashMap<>();
            field(fields, "labels")
                    .getStructValue()
                    .getFieldsMap()
                    .forEach((key, value) -> labels.put(key, value.getStringValue()));
            OptionalInt priority = fields.containsFields("priority")
                    ? OptionalInt.of((int) field(fields, "priority").getNumberValue())
                    : OptionalInt.empty();
            Settings settings = new Settings(
                    priority,
                    labels,
                    field(fields, "note").getStringValue(),
                    field(fields, "paused").getBoolValue());
            return new Place(
                    number, settings, Long.parseLong(field(fields, "term").getStringValue()));
        } catch (InvalidProtocolBufferException | NumberFormatException e) {
            throw new ArtifactCorruptException(name + " holds no settings of an experiment: " + e.getMessage(), e);
        }
    }

    private static Value field(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance());
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static String folder(String id) {
        return ExperimentStore.FOLDER + id + "/settings/";
    }

    private static String name(String id, int number) {
        return "%s%06d.json".formatted(folder(id), number);
    }
}
