package org.crvqa.vqa.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;

/**
 * What is wrong with the sources of an import: the first few problems, and how many there are of each kind, so that a
 * person can correct them together. Holds a bounded number. Owned by one thread.
 */
final class Problems {
    /** So many are named. */
    static final int SHOWN = 20;

    private final List<InvalidInputException> shown = new ArrayList<>();
    private final Map<ProblemKind, Long> counts = new EnumMap<>(ProblemKind.class);
    private final Set<String> files = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    /** Notes one. A file is read more than once; the same problem with a whole file is noted once. */
    void add(ProblemKind kind, InvalidInputException problem) {
        if (kind == ProblemKind.FILE && !files.add(String.valueOf(problem.getMessage()))) {
            return;
        }
        counts.merge(kind, 1L, Long::sum);
        if (shown.size() < SHOWN) {
            shown.add(problem);
        }
    }

    /** Counts further ones that need not be named, because so many are. */
    void addUnnamed(ProblemKind kind, long number) {
        if (number > 0) {
            counts.merge(kind, number, Long::sum);
        }
    }

    /** Says something beside the problems, such as how far was looked. */
    void note(String sentence) {
        notes.add(sentence);
    }

    /** What the supplier gives; empty when it throws, which is noted. */
    <T> Optional<T> attempt(ProblemKind kind, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (InvalidInputException e) {
            add(kind, e);
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    private long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @throws InvalidInputException when there is any problem; one alone as it was noted, several in a list */
    void throwIfAny() {
        if (isEmpty()) {
            return;
        }
        if (total() == 1 && notes.isEmpty()) {
            throw shown.get(0);
        }
        String kinds = counts.entrySet().stream()
                .map(kind -> kind.getKey().count(kind.getValue()))
                .collect(Collectors.joining(", "));
        String first = total() > shown.size() ? " The first " + shown.size() + ':' : "";
        String head = String.format(
                Locale.ROOT,
                "%,d %s with the files: %s.%s",
                total(),
                total() == 1 ? "problem" : "problems",
                kinds,
                first);
        throw new InvalidInputException(
                Stream.concat(
                                Stream.of(head),
                                Stream.concat(
                                        shown.stream().map(problem -> "  " + problem.getMessage()), notes.stream()))
                        .collect(Collectors.joining("\n")),
                shown.stream().map(InvalidInputException::advice).distinct().collect(Collectors.joining("\n")));
    }
}
