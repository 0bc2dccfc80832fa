package org.crvqa.coordinator.leader;

import static java.util.function.Predicate.not;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.jboss.logging.Logger;

/**
 * Terms in the store. {@code coordinator/terms/<n>.json} (twelve digits) claims term n by create-if-absent; only its
 * holder writes {@code <n>.alive}, a counter that grows, and {@code <n>.released} when it leaves. {@code latest} is a hint
 * from where to look for the newest term; nothing rests on it. Terms follow each other without gaps: {@link TermFence}
 * rests on that, so that gaps that somebody made are filled. Claims are never removed. Blocks on the store and throws its
 * {@link StoreException}; no object makes it throw anything else.
 */
final class Terms {
    private static final Logger LOG = Logger.getLogger(Terms.class);
    private static final String FOLDER = "coordinator/terms/";
    private static final Pattern NAME = Pattern.compile(FOLDER + "([0-9]{12})\\.json");

    private static final String HINT = FOLDER + "latest";
    private static final long MOST_BYTES = 16 << 10;

    /** A gap that may be filled. What lies behind a larger one is not a term. */
    private static final long MOST_MISSING = 100;

    /** What is higher is not a term: nobody lives to claim so many, and those after it must have twelve digits too. */
    private static final long HIGHEST = 900_000_000_000L;

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
        long hint = number(content(HINT));
        return hint > 0 && exists(hint) ? hint : listed();
    }

    /** Of the runs of numbers without a large gap the one with most members, the lower one of equals. */
    private long listed() {
        List<Long> run = new ArrayList<>();
        List<Long> best = List.of();
        List<Long> all = store.list(FOLDER).stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Long.valueOf(matcher.group(1)))
                .toList();
        List<Long> numbers =
                all.stream().filter(number -> number > 0 && number <= HIGHEST).toList();
        for (long number : numbers) {
            if (!run.isEmpty() && number - run.get(run.size() - 1) > MOST_MISSING) {
                best = run.size() > best.size() ? run : best;
                run = new ArrayList<>();
            }
            run.add(number);
        }
        best = run.size() > best.size() ? run : best;
        if (best.size() < all.size()) {
            LOG.errorf(
                    "Of %d terms in %s%s %d are ignored, which do not follow the others; remove them: %s",
                    all.size(),
                    store.location(),
                    FOLDER,
                    all.size() - best.size(),
                    all.stream().filter(not(best::contains)).limit(10).toList());
        }
        fill(best);
        return best.isEmpty() ? 0 : best.get(best.size() - 1);
    }

    private void fill(List<Long> run) {
        for (int i = 1; i < run.size(); i++) {
            for (long missing = run.get(i - 1) + 1; missing < run.get(i); missing++) {
                store.createIfAbsent(claim(missing), bytes("{}"));
            }
        }
    }

    /** Says where to look for the newest term, and removes what nobody asks for any more of the one before. */
    void settle(long number) {
        store.put(HINT, bytes(Long.toString(number)));
        store.deleteAll(List.of(name(number - 1, ".alive"), name(number - 1, ".released")));
    }

    private String content(String name) {
        try {
            return store.read(name, MOST_BYTES)
                    .map(content -> new String(content, StandardCharsets.UTF_8))
                    .orElse("");
        } catch (ArtifactCorruptException e) {
            return "";
        }
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,12}") && Long.parseLong(text) <= HIGHEST ? Long.parseLong(text) : 0;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
        return store.createIfAbsent(claim(term.number()), bytes(CanonicalJson.of(content)))
                || read(term.number()).holder().equals(term.holder());
    }

    /** What the holder says of itself: changes for as long as it lives. Empty before the first time. */
    String alive(long number) {
        return content(name(number, ".alive"));
    }

    void renew(long number, long counter) {
        store.put(name(number, ".alive"), bytes(Long.toString(counter)));
    }

    boolean isReleased(long number) {
        return store.exists(name(number, ".released"));
    }

    void release(long number) {
        store.createIfAbsent(name(number, ".released"), bytes(clock.instant().toString()));
    }

    /** A claim that cannot be read is one by nobody: it gives no sign of life, and after a lease the next is claimed. */
    private Term read(long number) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(content(claim(number)), fields);
        } catch (InvalidProtocolBufferException | StackOverflowError e) {
            LOG.errorf("%s is not a claim to lead; it is passed over: %s", claim(number), e.getMessage());
            fields.clear();
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
