package org.crvqa.coordinator.leader;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;

/**
 * Terms in the store. {@code coordinator/terms/<n>.json} (twelve digits) claims term n by create-if-absent; only its
 * holder writes {@code <n>.alive}, a counter that grows, and {@code <n>.released} when it leaves. Blocks on the store and
 * throws its {@link StoreException}.
 */
final class Terms {
    private static final String FOLDER = "coordinator/terms/";
    private static final Pattern NAME = Pattern.compile(FOLDER + "([0-9]{12})\\.json");

    private final ObjectStore store;
    private final Clock clock;

    Terms(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The highest term that exists; {@code known} is one that does, or 0 to look through all. */
    Optional<Term> newest(long known) {
        long number = known > 0 ? known : highest();
        while (exists(number + 1)) {
            number++;
        }
        return number == 0 ? Optional.empty() : Optional.of(read(number));
    }

    private long highest() {
        long highest = 0;
        for (String name : store.list(FOLDER)) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                highest = Math.max(highest, Long.parseLong(matcher.group(1)));
            }
        }
        return highest;
    }

    /** Whether a term was claimed by anybody. */
    boolean exists(long number) {
        return store.exists(claim(number));
    }

    /**
     * Claims a term. True when it is the holder's, also by an earlier call whose answer was lost.
     */
    boolean claim(Term term) {
        Struct content = Struct.newBuilder()
                .putFields("holder", text(term.holder()))
                .putFields("instance", text(term.instance()))
                .putFields("time", text(clock.instant().toString()))
                .build();
        byte[] bytes = CanonicalJson.of(content).getBytes(StandardCharsets.UTF_8);
        return store.createIfAbsent(name(term.number(), ".json"), bytes)
                || read(term.number()).holder().equals(term.holder());
    }

    /** What the holder says of itself: changes for as long as it lives. Empty before the first time. */
    String alive(long number) {
        return store.read(name(number, ".alive"))
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .orElse("");
    }

    void renew(long number, long counter) {
        store.put(name(number, ".alive"), Long.toString(counter).getBytes(StandardCharsets.UTF_8));
    }

    boolean isReleased(long number) {
        return store.exists(name(number, ".released"));
    }

    void release(long number) {
        store.createIfAbsent(
                name(number, ".released"), clock.instant().toString().getBytes(StandardCharsets.UTF_8));
    }

    private Term read(long number) {
        String name = name(number, ".json");
        byte[] content =
                store.read(name).orElseThrow(() -> new StoreException("Term " + name + " is gone from the store"));
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(name + " is not JSON; remove it when no coordinator runs", e);
        }
        return new Term(number, field(fields, "holder"), field(fields, "instance"));
    }

    private static String field(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    /** The object that claims a term. */
    static String claim(long number) {
        return name(number, ".json");
    }

    private static String name(long number, String suffix) {
        return "%s%012d%s".formatted(FOLDER, number, suffix);
    }
}
