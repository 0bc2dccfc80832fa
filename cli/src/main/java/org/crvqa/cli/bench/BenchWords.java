package org.crvqa.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.train.BenchmarkWork;

/** What options and reports call things. */
public final class BenchWords {
    private static final String LOSS_PREFIX = "LOSS_KIND_";
    private static final List<LossKind> LOSSES = Stream.of(LossKind.values())
            .filter(kind -> kind != LossKind.LOSS_KIND_UNSPECIFIED && kind != LossKind.UNRECOGNIZED)
            .toList();
    private static final List<Precision> PRECISIONS =
            List.of(Precision.PRECISION_UNSPECIFIED, Precision.PRECISION_BFLOAT16);

    private BenchWords() {}

    /** Works of a list with commas, in that order, each once. @throws InvalidInputException when one is unknown */
    public static List<BenchmarkWork> works(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(word -> one("--work", word.strip(), List.of(BenchmarkWork.values()), BenchmarkWork::label))
                .distinct()
                .toList();
    }

    /** A loss by its word. @throws InvalidInputException when it is unknown */
    public static LossKind loss(String word) {
        return one("--loss", word, LOSSES, BenchWords::loss);
    }

    /** A precision by its word. @throws InvalidInputException when it is unknown */
    public static Precision precision(String word) {
        return one("--precision", word, PRECISIONS, BenchWords::precision);
    }

    static String loss(LossKind loss) {
        return loss.name().substring(LOSS_PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    static String precision(Precision precision) {
        return precision == Precision.PRECISION_BFLOAT16 ? "bfloat16" : "float32";
    }

    private static <T> T one(String option, String word, List<T> values, Function<T, String> name) {
        return values.stream()
                .filter(value -> name.apply(value).equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        option + ": found '" + word + "', expected "
                                + String.join(", ", values.stream().map(name).toList()),
                        "Correct " + option + "."));
    }
}
