package org.crvqa.cli.dataset;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crvqa.vqa.analysis.AnswerDistribution;
import org.crvqa.vqa.analysis.DatasetProfile;
import org.crvqa.vqa.analysis.Population;
import org.crvqa.vqa.analysis.RegionProfile;
import org.crvqa.vqa.analysis.TypeShift;
import org.crvqa.vqa.data.AnswerType;
import org.jspecify.annotations.Nullable;

/** A dataset's profile for programs: all question types, whatever a person sees. */
public final class DatasetJson {
    private DatasetJson() {}

    private record Profile(
            String name,
            long images,
            Boxes boxes,
            RegionProfile regions,
            DatasetView.LeftOut leftOut,
            int answers,
            @Nullable String tokenizer,
            String reference,
            List<Part> splits,
            List<Type> questionTypes) {}

    private record Boxes(long min, double mean, long max) {}

    /** A split or subset; shifts are weighted means, left out for the reference. */
    private record Part(
            String name,
            String split,
            long questions,
            long images,
            long withoutLabel,
            Map<String, Long> answerTypes,
            @Nullable Double totalVariation,
            @Nullable Double jensenShannon) {}

    private record Type(String name, List<TypePart> splits) {}

    private record TypePart(
            String split,
            long questions,
            long withoutLabel,
            @Nullable Double totalVariation,
            @Nullable Double jensenShannon,
            List<Answer> top) {}

    private record Answer(String answer, double share, double prior) {}

    /** JSON text, indented. */
    public static String of(DatasetView view) {
        DatasetProfile profile = view.profile();
        LongSummaryStatistics boxes = profile.boxes();
        Profile all = new Profile(
                view.name(),
                boxes.getCount(),
                new Boxes(boxes.getMin(), boxes.getAverage(), boxes.getMax()),
                view.regions(),
                view.leftOut(),
                profile.answers().size(),
                view.tokenizer().orElse(null),
                profile.reference().name(),
                profile.populations().stream()
                        .map(population -> part(profile, population))
                        .toList(),
                IntStream.range(0, profile.questionTypes().size())
                        .mapToObj(type -> type(view, type))
                        .toList());
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create()
                .toJson(all);
    }

    private static List<TypeShift> shifts(DatasetProfile profile, Population population) {
        return population.equals(profile.reference()) ? List.of() : population.shiftsFrom(profile.reference());
    }

    private static Part part(DatasetProfile profile, Population population) {
        List<TypeShift> shifts = shifts(profile, population);
        Map<String, Long> answerTypes = new LinkedHashMap<>();
        for (AnswerType type : AnswerType.values()) {
            answerTypes.put(type.label(), population.answerTypes().getOrDefault(type, 0L));
        }
        return new Part(
                population.name(),
                population.split(),
                population.questions(),
                population.images(),
                population.questions() - population.all().labelled(),
                answerTypes,
                orNull(TypeShift.mean(shifts, TypeShift::totalVariation)),
                orNull(TypeShift.mean(shifts, TypeShift::jensenShannon)));
    }

    private static Type type(DatasetView view, int type) {
        DatasetProfile profile = view.profile();
        List<TypePart> parts = profile.populations().stream()
                .filter(population -> population.types().containsKey(type))
                .map(population -> typePart(view, population, type))
                .toList();
        return new Type(profile.questionTypes().get(type), parts);
    }

    private static TypePart typePart(DatasetView view, Population population, int type) {
        AnswerDistribution answers =
                Stream.ofNullable(population.types().get(type)).findFirst().orElseThrow();
        List<TypeShift> shift = shifts(view.profile(), population).stream()
                .filter(found -> found.questionType() == type)
                .toList();
        return new TypePart(
                population.name(),
                answers.questions(),
                answers.questions() - answers.labelled(),
                orNull(TypeShift.mean(shift, TypeShift::totalVariation)),
                orNull(TypeShift.mean(shift, TypeShift::jensenShannon)),
                answers.top(view.top()).stream()
                        .map(answer -> new Answer(
                                view.profile().answers().get(answer), answers.share(answer), answers.prior(answer)))
                        .toList());
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
