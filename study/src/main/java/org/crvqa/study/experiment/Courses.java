package org.crvqa.study.experiment;

import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.ObjectStore;
import org.jboss.logging.Logger;

/**
 * The courses of experiments in the object store: {@code experiments/<id>/marks/<n>.json}, n from 1 without gaps, each
 * created once. The latest mark tells whether the experiment is open, is to be cancelled, or has ended. An experiment
 * without marks is open.
 *
 * <p>Whoever appends names the mark that it has seen as the latest, and fails when there is another one behind it; and
 * nobody appends behind a mark of a later term. So of two leaders only the later one moves the course on, once it has
 * left a mark: what the other believes of the experiment's end, of a cancellation or of a retry does not come to stand
 * behind it. A leader that dies between a mark and what the mark speaks of leaves nothing half done: an open experiment
 * is what its tasks say, and a wish to cancel is carried out by whoever loads it next. Blocks on the store. Thread-safe.
 */
public final class Courses {
    private static final Logger LOG = Logger.getLogger(Courses.class);
    private static final Pattern NAME = Pattern.compile(ExperimentStore.FOLDER + "([^/]+)/marks/([0-9]{6})\\.json");
    /** A mark is a few hundred bytes. */
    private static final long MOST_BYTES = 16 << 10;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public Courses(ObjectStore store) {
        this.store = store;
    }

    /** A mark and its place; 0: before the first. */
    public record Place(int number, Mark mark) {
        /** Of an experiment without marks. */
        public static final Place START = new Place(0, Mark.NONE);
    }

    /** The latest mark. */
    public Place latest(String id) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String name : store.list(folder(id))) {
            number(name).ifPresent(numbers::add);
        }
        return at(id, last(numbers));
    }

    /** The mark with this number, which exists; {@link Place#START} for 0. One that cannot be read says nothing. */
    public Place at(String id, int number) {
        if (number == 0) {
            return Place.START;
        }
        String name = name(id, number);
        try {
            return new Place(
                    number,
                    store.read(name, MOST_BYTES)
                            .map(content -> Mark.decode(name, content))
                            .orElse(Mark.NONE));
        } catch (ArtifactCorruptException e) {
            // Taken for open: then its tasks say how it stands.
            LOG.errorf("A mark of experiment %s is passed over: %s", id, e.getMessage());
            return new Place(number, Mark.NONE);
        }
    }

    /**
     * Appends a mark. Empty when there is another one behind {@code latest}: look again.
     *
     * @throws LaterTermException when {@code latest} is of a later term: a newer leader has the experiment
     */
    public Optional<Place> append(String id, Place latest, Mark mark) {
        if (latest.mark().term() > mark.term()) {
            throw new LaterTermException(id, latest.mark().term());
        }
        Place place = new Place(latest.number() + 1, mark);
        return store.createIfAbsent(name(id, place.number()), mark.encode()) ? Optional.of(place) : Optional.empty();
    }

    /** The number of the mark whose object has this name, when it is one. */
    static Optional<Integer> number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(2))) : Optional.empty();
    }

    /** The last before the first gap: nobody leaves one, so that what lies behind it was not appended. */
    static int last(Iterable<Integer> sorted) {
        int last = 0;
        for (int number : sorted) {
            if (number != last + 1) {
                break;
            }
            last = number;
        }
        return last;
    }

    private static String folder(String id) {
        return ExperimentStore.FOLDER + id + "/marks/";
    }

    private static String name(String id, int number) {
        return "%s%06d.json".formatted(folder(id), number);
    }
}
