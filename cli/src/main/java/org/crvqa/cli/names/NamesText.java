package org.crvqa.cli.names;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.cli.console.Table;
import org.crvqa.cli.experiment.Json;
import org.crvqa.cli.experiment.Words;

/** Names of datasets and models, for people and for programs. */
public final class NamesText {
    private static final String GONE = "gone from the store";

    private NamesText() {}

    /** A table of datasets. */
    public static List<String> datasets(List<NamedArtifact> datasets, ZoneId zone, boolean color) {
        Table table = Table.of(List.of("Name", "Key", "Made", ">Images", ">Answers", "Questions by split"));
        for (NamedArtifact each : datasets) {
            DatasetSummary summary =
                    each.manifest().map(Manifest::getDataset).orElse(DatasetSummary.getDefaultInstance());
            table.row(List.of(
                    each.name(),
                    each.key().abbreviated(),
                    made(each, zone),
                    count(summary.getImages()),
                    count(summary.getAnswers()),
                    summary.getSplitsList().stream()
                            .map(split -> split.getName() + " " + count(split.getQuestions()))
                            .collect(Collectors.joining(", "))));
        }
        return table.lines(color);
    }

    /** A table of models. */
    public static List<String> models(List<NamedArtifact> models, ZoneId zone, boolean color) {
        Table table = Table.of(
                List.of("Name", "Key", "Made", "Architecture", ">Parameters", ">Word pieces", ">Numbers a region"));
        for (NamedArtifact each : models) {
            ModelSummary summary = each.manifest().map(Manifest::getModel).orElse(ModelSummary.getDefaultInstance());
            table.row(List.of(
                    each.name(),
                    each.key().abbreviated(),
                    made(each, zone),
                    summary.getArchitecture()
                            .name()
                            .replace("MODEL_ARCHITECTURE_", "")
                            .toLowerCase(Locale.ROOT),
                    count(summary.getParameters()),
                    count(summary.getVocabularySize()),
                    count(summary.getFeatureDim())));
        }
        return table.lines(color);
    }

    /** A JSON array: name, key, and the manifest's summary under {@code dataset} or {@code model}. */
    public static String json(List<NamedArtifact> named) {
        JsonArray all = new JsonArray();
        for (NamedArtifact each : named) {
            JsonObject one = new JsonObject();
            one.addProperty("name", each.name());
            one.addProperty("key", each.key().hex());
            each.manifest().ifPresent(manifest -> {
                boolean dataset = manifest.hasDataset();
                one.add(
                        dataset ? "dataset" : "model",
                        JsonParser.parseString(Json.of(dataset ? manifest.getDataset() : manifest.getModel())));
                if (manifest.getProducer().hasFinished()) {
                    one.addProperty(
                            "made",
                            com.google.protobuf.util.Timestamps.toString(
                                    manifest.getProducer().getFinished()));
                }
            });
            all.add(one);
        }
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(all);
    }

    private static String made(NamedArtifact each, ZoneId zone) {
        return each.manifest()
                .map(manifest -> manifest.getProducer().hasFinished()
                        ? Words.date(manifest.getProducer().getFinished(), zone)
                        : "-")
                .orElse(GONE);
    }

    private static String count(long number) {
        return number == 0 ? "-" : String.format(Locale.ROOT, "%,d", number);
    }
}
