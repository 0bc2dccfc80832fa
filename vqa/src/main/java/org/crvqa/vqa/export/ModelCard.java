package org.crvqa.vqa.export;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.EvaluateSpec;

/** The README.md of an exported model: what it is, how well it answers, and from what it was made. */
final class ModelCard {
    private final StringBuilder text = new StringBuilder();

    private ModelCard() {}

    static String of(ExportSource source, List<Manifest> evaluations, String load) {
        ModelCard card = new ModelCard();
        card.head(source, load);
        card.size(source);
        evaluations.forEach(card::results);
        card.provenance(source, evaluations);
        return card.text.toString();
    }

    private void head(ExportSource source, String load) {
        boolean pruned = source.mask().isPresent();
        line("---");
        line("library_name: transformers");
        line("tags: [visual-question-answering, debiasing" + (pruned ? ", pruning" : "") + "]");
        line("---");
        line("");
        line("# " + name(source) + (pruned ? " subnetwork" : "") + " for visual question answering");
        line("");
        line(source.answers().size()
                + " candidate answers (`answers.json`, by label). The encoder's tensors have Hugging"
                + " Face's names; the answer head is stored under `classifier.`: weight-normalised Linear, ReLU, dropout,"
                + " weight-normalised Linear, on the pooled state.");
        line("");
        line(load);
    }

    private static String name(ExportSource source) {
        return switch (source.config().architecture()) {
            case MODEL_ARCHITECTURE_VISUAL_BERT -> "VisualBERT";
            default -> "LXMERT";
        };
    }

    private void size(ExportSource source) {
        Map<String, Double> metrics =
                new TreeMap<>(source.stages().get(source.stages().size() - 1).getMetricsMap());
        line("");
        line("## " + (source.mask().isPresent() ? "Sparsity" : "Size"));
        line("");
        if (source.mask().isPresent()) {
            line("| part | zeros |");
            line("|---|---|");
            metrics.forEach((name, value) -> {
                if (name.startsWith("zeros/")) {
                    line("| " + name.substring("zeros/".length()) + " | " + percent(value) + " |");
                }
            });
            line("");
            line("Measured on the stored mask.");
        }
        Optional.ofNullable(metrics.get("parameters/kept"))
                .ifPresent(kept -> line(String.format(
                        Locale.ROOT, "Parameters that are not pruned, with the answer head: %,.0f.", kept)));
    }

    private void results(Manifest evaluation) {
        line("");
        line("## Accuracy (evaluation " + evaluation.getKey() + ")");
        line("");
        line("| questions | accuracy |");
        line("|---|---|");
        new TreeMap<>(evaluation.getMetricsMap()).forEach((name, value) -> {
            if (name.startsWith("accuracy/") && !name.contains("/question_type/")) {
                line("| " + name.substring("accuracy/".length()) + " | " + percent(value) + " |");
            }
        });
        EvaluateSpec spec = evaluation.getSpec().getEvaluate();
        spec.getSplitsList().stream()
                .filter(split -> split.getMaxQuestions() > 0)
                .forEach(split -> line("\n" + split.getName() + ": the first " + split.getMaxQuestions()
                        + " questions by question id only."));
    }

    private void provenance(ExportSource source, List<Manifest> evaluations) {
        line("");
        line("## Provenance");
        line("");
        line("Every artifact is named by the SHA-256 of the settings below and of its inputs' keys.");
        artifact("Dataset", source.dataset());
        source.stages()
                .forEach(stage ->
                        artifact(stage.getSpec().hasPrune() ? "Search for the subnetwork" : "Training", stage));
        evaluations.forEach(evaluation -> artifact("Evaluation", evaluation));
    }

    private void artifact(String title, Manifest manifest) {
        line("");
        line("### " + title + " " + manifest.getKey());
        line("");
        List<String> files = new ArrayList<>();
        for (FileEntry file : manifest.getFilesList()) {
            files.add("`" + file.getName() + "` SHA-256 " + file.getSha256());
        }
        String producer = manifest.getProducer().getComponent() + " "
                + manifest.getProducer().getVersion();
        line("Made by " + producer.strip() + ". Files: " + String.join(", ", files) + ".");
        line("");
        line("```json");
        line(json(manifest));
        line("```");
    }

    private static String json(Manifest manifest) {
        try {
            return JsonFormat.printer().preservingProtoFieldNames().print(manifest.getSpec());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A stored spec has a JSON form", e);
        }
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
