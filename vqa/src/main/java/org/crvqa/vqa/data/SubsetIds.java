package org.crvqa.vqa.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;

/**
 * Question ids of subsets: an object with one list of ids per subset, several of which stand in the same file, or a
 * questions file of its own. An id that is listed twice counts once. Owned by one thread.
 */
final class SubsetIds {
    private static final String ADVICE = "Give the complete file as it was published.";

    private final SourceFiles sources;
    private final Problems problems;

    SubsetIds(SourceFiles sources, Problems problems) {
        this.sources = sources;
        this.problems = problems;
    }

    /** The distinct ids of each subset, ascending; where a list is missing or empty, that is noted. */
    Map<SubsetFiles, long[]> read(List<SubsetFiles> subsets) {
        Map<SubsetFiles, long[]> ids = new LinkedHashMap<>();
        for (Path file : files(subsets)) {
            Map<String, SubsetFiles> byField = new LinkedHashMap<>();
            for (SubsetFiles subset : subsets) {
                if (subset.ids().equals(file)) {
                    subset.field()
                            .ifPresentOrElse(
                                    field -> byField.put(field, subset),
                                    () -> problems.attempt(ProblemKind.FILE, () -> ofQuestions(file))
                                            .ifPresent(found -> ids.put(subset, found)));
                }
            }
            if (!byField.isEmpty()) {
                problems.attempt(ProblemKind.FILE, () -> {
                    ofFields(file, byField, ids);
                    return true;
                });
            }
        }
        return ids;
    }

    /** The subsets' files, each once. */
    static List<Path> files(List<SubsetFiles> subsets) {
        return subsets.stream().map(SubsetFiles::ids).distinct().toList();
    }

    private long[] ofQuestions(Path file) {
        LongStream.Builder ids = LongStream.builder();
        boolean whole = JsonList.read(
                sources,
                file,
                JsonList.QUESTIONS,
                problems,
                element -> ids.add(element.requireLong(JsonElement.QUESTION_ID)));
        return whole
                ? distinct(file, "the file", ids)
                : ids.build().sorted().distinct().toArray();
    }

    private void ofFields(Path file, Map<String, SubsetFiles> byField, Map<SubsetFiles, long[]> ids) {
        Set<String> missing = new LinkedHashSet<>(byField.keySet());
        try (InputStream in = JsonList.open(sources, file);
                JsonParser parser = JsonList.parser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidInputException(
                        file + " is no JSON object, expected one with the lists of question ids "
                                + String.join(", ", byField.keySet()),
                        "Give VQA-VS with its OOD-Test folder, or with test_annotations.json beside IID-Test.");
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                SubsetFiles subset = byField.get(field);
                if (subset == null) {
                    parser.nextToken();
                    parser.skipChildren();
                } else {
                    missing.remove(field);
                    ids.put(subset, list(parser, file, field));
                }
            }
        } catch (JacksonException e) {
            throw JsonList.malformed(file, e);
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    file + " has no list of question ids " + String.join(", ", missing),
                    "Give VQA-VS with its OOD-Test folder, or with test_annotations.json beside IID-Test.");
        }
    }

    private static long[] list(JsonParser parser, Path file, String field) throws IOException {
        LongStream.Builder ids = LongStream.builder();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw JsonList.invalid(file, parser, "field " + field + ": expected a list of question ids");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw JsonList.invalid(
                        file,
                        parser,
                        "field " + field + ": expected a list of whole numbers, found " + parser.currentToken());
            }
            ids.add(parser.getLongValue());
        }
        return distinct(file, "field " + field, ids);
    }

    private static long[] distinct(Path file, String what, LongStream.Builder ids) {
        long[] distinct = ids.build().sorted().distinct().toArray();
        if (distinct.length == 0) {
            throw new InvalidInputException(file + ": " + what + " lists no question", ADVICE);
        }
        return distinct;
    }

    /**
     * Places of the ids in a split, ascending; those of questions that were left out because of their images have none.
     *
     * @param ids ascending
     * @throws InvalidInputException when an id is surely not the split's, or none is left
     */
    static int[] places(SubsetFiles subset, long[] ids, Questions questions) {
        List<Long> unknown = new ArrayList<>();
        IntStream.Builder places = IntStream.builder();
        for (long id : ids) {
            questions.place(id).ifPresent(places::add);
            if (questions.lacks(id) && !questions.isSkipped(id)) {
                unknown.add(id);
            }
        }
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    subset.ids() + ": " + unknown.size() + " question ids of subset " + subset.name()
                            + " are not in split " + subset.split() + ", the first is " + unknown.get(0),
                    "Give the lists of ids that belong to the questions.");
        }
        int[] found = places.build().toArray();
        if (found.length == 0 && questions.isComplete()) {
            throw new InvalidInputException(
                    subset.ids() + ": all questions of subset " + subset.name() + " are about images that are left out",
                    "Give features for some of these images.");
        }
        return found;
    }
}
