package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
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
    /** By row, and where the last one ends. */
    private final int[] tokenStarts;
    /** Word pieces of all questions in the order of rows. */
    private final int[] tokens;
    /** By place. */
    private final long[] ids;
    /** By place. */
    private final int[] rows;

    private Questions(Path file, Reading reading) {
        this.file = file;
        imageIds = reading.imageIds.build().toArray();
        lines = reading.lines.build().toArray();
        columns = reading.columns.build().toArray();
        tokenStarts = reading.tokenStarts.add(reading.tokenCount).build().toArray();
        tokens = reading.tokens.build().toArray();
        long[] idsByRow = reading.ids.build().toArray();
        ids = idsByRow.clone();
        Arrays.sort(ids);
        rows = new int[ids.length];
        Arrays.fill(rows, -1);
        for (int row = 0; row < rows.length; row++) {
            int place = Arrays.binarySearch(ids, idsByRow[row]);
            if (rows[place] >= 0) {
                throw new InvalidInputException(
                        whereRow(row) + ": question_id " + idsByRow[row] + " occurs a second time, first at "
                                + whereRow(rows[place]),
                        "Remove one of the two.");
            }
            rows[place] = row;
        }
    }

    /** @throws InvalidInputException when the file is not as it must be, or holds no question */
    static Questions read(SourceFiles sources, Path file, WordPieceTokenizer tokenizer) {
        Reading reading = new Reading(tokenizer);
        JsonList.read(sources, file, JsonList.QUESTIONS, reading::add);
        Questions questions = new Questions(file, reading);
        if (questions.size() == 0) {
            throw new InvalidInputException(file + " holds no question", "Give the complete file as it was published.");
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
        return JsonElement.where(file, row, lines[row], columns[row]);
    }

    /** Columns that grow. */
    private static final class Reading {
        final WordPieceTokenizer tokenizer;
        final LongStream.Builder ids = LongStream.builder();
        final LongStream.Builder imageIds = LongStream.builder();
        final IntStream.Builder lines = IntStream.builder();
        final IntStream.Builder columns = IntStream.builder();
        final IntStream.Builder tokenStarts = IntStream.builder();
        final IntStream.Builder tokens = IntStream.builder();
        int tokenCount;

        Reading(WordPieceTokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        void add(JsonElement element) {
            int[] pieces = tokenizer.tokenize(element.requireText("question"));
            if (pieces.length == 0) {
                throw element.invalid("field question: expected words, found none", "Correct or remove the question.");
            }
            ids.add(element.requireLong(JsonElement.QUESTION_ID));
            imageIds.add(element.requireLong(JsonElement.IMAGE_ID));
            lines.add(element.line());
            columns.add(element.column());
            tokenStarts.add(tokenCount);
            tokenCount = Math.addExact(tokenCount, pieces.length);
            for (int piece : pieces) {
                tokens.add(piece);
            }
        }
    }
}
