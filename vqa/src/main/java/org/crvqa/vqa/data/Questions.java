package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.text.WordPieceTokenizer;

/**
 * The questions of one split in plain arrays, since there are hundreds of thousands: some 60 bytes each. A question's
 * place is its rank by id; its row is its position in the file. Immutable once read.
 */
final class Questions {
    private final Path file;
    /** By row. */
    private final long[] imageIds;
    /** By row: where the element starts in the file, for messages. */
    private final int[] lines;
    /** By row. */
    private final int[] columns;
    /** By row: position of the element in the file, which is the row where none before it was left out or damaged. */
    private final int[] elements;
    /** By row, and where the last one ends. */
    private final int[] tokenStarts;
    /** Word pieces of all questions in the order of rows. */
    private final int[] tokens;
    /** By place. */
    private final long[] ids;
    /** By place. */
    private final int[] rows;

    /** Ids of questions that are damaged, ascending. */
    private final long[] damaged;
    /** Ids of questions that were left out because of their image, ascending. */
    private final long[] skipped;
    /** Whether the file was read to its end. */
    private final boolean whole;

    private Questions(Path file, Reading reading, boolean whole, Problems problems) {
        this.file = file;
        this.whole = whole;
        imageIds = reading.imageIds.build().toArray();
        lines = reading.lines.build().toArray();
        columns = reading.columns.build().toArray();
        elements = reading.elements.build().toArray();
        tokenStarts = reading.tokenStarts.add(reading.tokenCount).build().toArray();
        tokens = reading.tokens.build().toArray();
        damaged = reading.damaged.build().sorted().toArray();
        skipped = reading.skipped.build().sorted().toArray();
        long[] idsByRow = reading.ids.build().toArray();
        ids = Arrays.stream(idsByRow).sorted().distinct().toArray();
        rows = new int[ids.length];
        Arrays.fill(rows, -1);
        for (int row = 0; row < idsByRow.length; row++) {
            int place = Arrays.binarySearch(ids, idsByRow[row]);
            if (rows[place] < 0) {
                rows[place] = row;
            } else {
                problems.add(
                        ProblemKind.QUESTION_TWICE,
                        new InvalidInputException(
                                whereRow(row) + ": question_id " + idsByRow[row] + " occurs a second time, first at "
                                        + whereRow(rows[place]),
                                "Remove one of the two."));
            }
        }
    }

    /**
     * Reads a file and notes what is wrong with it; also when it holds no question.
     *
     * @param without ids of images whose questions are left out
     */
    static Questions read(
            SourceFiles sources, Path file, WordPieceTokenizer tokenizer, Set<Long> without, Problems problems) {
        Reading reading = new Reading(tokenizer, without);
        boolean whole = JsonList.read(sources, file, JsonList.QUESTIONS, problems, reading::add);
        Questions questions = new Questions(file, reading, whole, problems);
        if (questions.size() == 0 && whole && questions.damaged.length == 0) {
            String left = questions.skipped.length == 0 ? "" : " but about images that are left out";
            problems.add(
                    ProblemKind.FILE,
                    new InvalidInputException(
                            file + " holds no question" + left, "Give the complete file as it was published."));
        }
        return questions;
    }

    int size() {
        return ids.length;
    }

    /** The question's place; empty when there is none of this id. */
    OptionalInt place(long id) {
        int place = Arrays.binarySearch(ids, id);
        return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
    }

    /** Whether the file surely has no such question, not even a damaged one. */
    boolean lacks(long id) {
        return whole && place(id).isEmpty() && Arrays.binarySearch(damaged, id) < 0;
    }

    /** Whether the question was left out because of its image. */
    boolean isSkipped(long id) {
        return Arrays.binarySearch(skipped, id) >= 0;
    }

    /** Number of questions that were left out because of their images. */
    int skipped() {
        return skipped.length;
    }

    /** Whether all questions of the file are here, whole. */
    boolean isComplete() {
        return whole && damaged.length == 0;
    }

    long id(int place) {
        return ids[place];
    }

    /** Ids by place, ascending; not to be changed. */
    long[] ids() {
        return ids;
    }

    long imageId(int place) {
        return imageIds[rows[place]];
    }

    int tokenCount(int place) {
        return tokenStarts[rows[place] + 1] - tokenStarts[rows[place]];
    }

    /** The question's word pieces, at least one; a new array. */
    int[] tokens(int place) {
        return Arrays.copyOfRange(tokens, tokenStarts[rows[place]], tokenStarts[rows[place] + 1]);
    }

    /** The question's place in its file, for messages. */
    String where(int place) {
        return whereRow(rows[place]);
    }

    private String whereRow(int row) {
        return JsonElement.where(file, elements[row], lines[row], columns[row]);
    }

    /** Columns that grow. */
    private static final class Reading {
        final WordPieceTokenizer tokenizer;
        final Set<Long> without;
        final LongStream.Builder damaged = LongStream.builder();
        final LongStream.Builder skipped = LongStream.builder();
        final LongStream.Builder ids = LongStream.builder();
        final LongStream.Builder imageIds = LongStream.builder();
        final IntStream.Builder lines = IntStream.builder();
        final IntStream.Builder columns = IntStream.builder();
        final IntStream.Builder elements = IntStream.builder();
        final IntStream.Builder tokenStarts = IntStream.builder();
        final IntStream.Builder tokens = IntStream.builder();
        int tokenCount;

        Reading(WordPieceTokenizer tokenizer, Set<Long> without) {
            this.tokenizer = tokenizer;
            this.without = without;
        }

        void add(JsonElement element) {
            try {
                addWhole(element);
            } catch (InvalidInputException e) {
                element.likelyLong(JsonElement.QUESTION_ID).ifPresent(damaged::add);
                throw e;
            }
        }

        private void addWhole(JsonElement element) {
            int[] pieces = tokenizer.tokenize(element.requireText("question"));
            if (pieces.length == 0) {
                throw element.invalid("field question: expected words, found none", "Correct or remove the question.");
            }
            long id = element.requireLong(JsonElement.QUESTION_ID);
            long imageId = element.requireLong(JsonElement.IMAGE_ID);
            if (without.contains(imageId)) {
                skipped.add(id);
                return;
            }
            ids.add(id);
            imageIds.add(imageId);
            lines.add(element.line());
            columns.add(element.column());
            elements.add(Math.toIntExact(element.index()));
            tokenStarts.add(tokenCount);
            tokenCount = Math.addExact(tokenCount, pieces.length);
            for (int piece : pieces) {
                tokens.add(piece);
            }
        }
    }
}
