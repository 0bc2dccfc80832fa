package org.crvqa.study.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects everything that is wrong, so that a person can repair it in one go. Owned by one thread. */
public final class Violations {
    private final Map<String, Position> positions;
    private final List<Violation> found = new ArrayList<>();
    private final Set<String> unreadable = new HashSet<>();

    /** {@code positions}: where each key of the file stands, by path; empty without a file. */
    public Violations(Map<String, Position> positions) {
        this.positions = positions;
    }

    /**
     * Says that reading is over: keys of the file that could not be read are not checked further, since what is
     * missing in them is only what was wrong there.
     */
    void endOfReading() {
        found.forEach(violation -> unreadable.add(top(violation.path())));
        unreadable.remove("");
    }

    /** Adds a contradiction at a key; its position, or that of the nearest key around it, is looked up. */
    public void invalid(String path, String message) {
        add(path, message, Violation.Kind.INVALID);
    }

    /** Adds the name of something that is not in the store. */
    public void notFound(String path, String message) {
        add(path, message, Violation.Kind.NOT_FOUND);
    }

    private void add(String path, String message, Violation.Kind kind) {
        if (!unreadable.contains(top(path))) {
            found.add(new Violation(path, positionOf(path), message, kind));
        }
    }

    void invalidAt(Position position, String path, String message) {
        found.add(new Violation(path, Optional.of(position), message, Violation.Kind.INVALID));
    }

    /** Nothing was found. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found, in the order of the file. */
    public List<Violation> list() {
        Comparator<Violation> byPlace = Comparator.comparingInt((Violation violation) ->
                        violation.position().map(Position::line).orElse(0))
                .thenComparingInt(
                        violation -> violation.position().map(Position::column).orElse(0));
        return found.stream().sorted(byPlace).toList();
    }

    /** @throws InvalidExperimentException when anything was found */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidExperimentException(list());
        }
    }

    private Optional<Position> positionOf(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            Position position = positions.get(at);
            if (position != null) {
                return Optional.of(position);
            }
        }
        return Optional.ofNullable(positions.get(""));
    }

    private static String top(String path) {
        return path.split("[.\\[]", 2)[0];
    }

    private static String parent(String path) {
        int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return cut < 0 ? "" : path.substring(0, cut);
    }
}
