package org.crvqa.vqa.analysis;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.vqa.data.AnswerType;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.data.Subset;

/**
 * Questions that are looked at together: a split of a dataset or a subset of one.
 *
 * @param name of the split or subset
 * @param split the same for a split; for a subset the split of which it is a part
 * @param images number of different images that are asked about
 * @param all the distribution of all answers
 * @param answerTypes how many questions have an answer of each kind
 * @param types the distribution of each question type's answers, by row; types without questions are left out
 */
public record Population(
        String name,
        String split,
        long images,
        AnswerDistribution all,
        Map<AnswerType, Long> answerTypes,
        Map<Integer, AnswerDistribution> types) {
    public Population {
        answerTypes = Map.copyOf(answerTypes);
        types = Map.copyOf(types);
    }

    /** All examples of a split. */
    static Population of(Dataset dataset, String split) {
        Split examples = dataset.split(split);
        return of(dataset, split, examples, IntStream.range(0, examples.size()));
    }

    /** The examples of a subset. */
    static Population of(Dataset dataset, Subset subset) {
        return of(dataset, subset.name(), dataset.split(subset.split()), IntStream.of(subset.examples()));
    }

    private static Population of(Dataset dataset, String name, Split split, IntStream examples) {
        AnswerDistribution all = new AnswerDistribution(dataset.answers());
        Map<AnswerType, Long> answerTypes = new EnumMap<>(AnswerType.class);
        Map<Integer, AnswerDistribution> types = new HashMap<>();
        BitSet images = new BitSet();
        examples.forEach(example -> {
            images.set(split.imageRow(example));
            answerTypes.merge(split.answerType(example), 1L, Long::sum);
            types.computeIfAbsent(split.questionType(example), type -> new AnswerDistribution(dataset.answers()))
                    .add(split.scoreAnswers(example), split.scoreValues(example));
        });
        types.values().forEach(all::add);
        return new Population(name, split.name(), images.cardinality(), all, answerTypes, types);
    }

    /** Whether this is a part of a split. */
    public boolean isSubset() {
        return !name.equals(split);
    }

    /** Number of questions. */
    public long questions() {
        return all.questions();
    }

    /** How far this population's answers are from another's, for each question type that has labels in both. */
    public List<TypeShift> shiftsFrom(Population reference) {
        return types.keySet().stream()
                .sorted()
                .filter(type -> types.get(type).isLabelled())
                .filter(type -> reference.types.containsKey(type)
                        && reference.types.get(type).isLabelled())
                .map(type -> TypeShift.of(type, reference.types.get(type), types.get(type)))
                .toList();
    }
}
