package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.protobuf.util.JsonFormat;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.SubsetFamily;
import org.crvqa.coordinator.v1.VarianceDecomposition;
import org.crvqa.it.CommandLine.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The options of the method together, as a person uses them: VQA-VS with its subsets, LXMERT and VisualBERT, seeds per
 * stage, masks that are not the default, a held-out part that chooses; then every command that looks into the results.
 */
@Timeout(300)
class MethodIT {
    private static final String LXMERT = """
            {"model_type": "lxmert", "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16, "l_layers": 1,
             "r_layers": 1, "x_layers": 1, "initializer_range": 0.1, "vocab_size": %d, "visual_feat_dim": %d,
             "max_position_embeddings": 16}
            """;
    private static final String VISUAL_BERT = """
            {"model_type": "visual_bert", "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16,
             "num_hidden_layers": 2, "initializer_range": 0.1, "vocab_size": %d, "visual_embedding_dim": %d,
             "max_position_embeddings": 16}
            """;
    private static final String TRAINED = "ce-lmh 0.7 uniform sign";
    private static final String PATTERN = "magnitude 2:4 of ce";

    @TempDir
    private Path folder;

    @Test
    void experimentWithEveryKindOfOption_isRunReportedComparedAndExported() throws Exception {
        try (CommandLine crvqa = new CommandLine(folder)) {
            crvqa.text("local", "up", "--trainers", "1");
            bringDataset(crvqa);
            sparsities(crvqa);
            String id = crvqa.json("submit", experiment().toString(), "--watch")
                    .get("experiment_id")
                    .getAsString();

            Report report = report(crvqa, id);
            text(crvqa, id);
            masks(crvqa, id);
            export(crvqa, evaluation(report));
        }
    }

    private void bringDataset(CommandLine crvqa) throws Exception {
        Path sample = folder.resolve("sample");
        crvqa.text("data", "sample", "--out", sample.toString(), "--train", "600", "--test", "200", "--iid", "100");
        SmallVqaVs.from(sample);
        JsonObject dataset = crvqa.json("data", "import", "--vqa-vs", sample.toString(), "--name", "vs")
                .getAsJsonObject("dataset");
        assertThat(dataset.getAsJsonArray("subsets")).hasSize(9);
        assertThat(crvqa.text("data", "inspect", "vs")).contains("iid-test", "qt-kw-ko", "Prior shift of");
        model(crvqa, "lx", LXMERT, dataset);
        model(crvqa, "vb", VISUAL_BERT, dataset);
    }

    private void model(CommandLine crvqa, String name, String config, JsonObject dataset) throws Exception {
        Path file = Files.writeString(
                folder.resolve(name + ".json"),
                config.formatted(
                        dataset.get("vocabulary_size").getAsInt(),
                        dataset.get("feature_dim").getAsInt()));
        crvqa.text("model", "init", file.toString(), "--name", name);
    }

    private static void sparsities(CommandLine crvqa) throws Exception {
        JsonObject solved = crvqa.json("sparsity", "lx", "--language", ".7", "--vision", ".7", "--fusion", ".7")
                .getAsJsonObject("sparsity");
        assertThat(solved.get("whole").getAsDouble()).isEqualTo(0.7);
        assertThat(solved.get("pooler").getAsDouble()).isEqualTo(0.7);

        Result noSuchModality = crvqa.run("sparsity", "vb", "--vision", ".7");
        assertThat(noSuchModality.exitCode()).isEqualTo(2);
        assertThat(noSuchModality.err())
                .contains("no vision matrices\nGive it one rate for all")
                .doesNotContain("\tat ");
    }

    private Path experiment() throws Exception {
        try (InputStream in = MethodIT.class.getResourceAsStream("method-experiment.yaml")) {
            String yaml = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(folder.resolve("method.yaml"), yaml);
        }
    }

    private static Report report(CommandLine crvqa, String id) throws Exception {
        Report.Builder builder = Report.newBuilder();
        // What the command line adds to the message for programs is not of the message.
        JsonFormat.parser()
                .ignoringUnknownFields()
                .merge(crvqa.json("report", id, "--by", "question-type").toString(), builder);
        Report report = builder.build();
        assertThat(report.getComplete()).isTrue();
        assertThat(report.getFamiliesList())
                .extracting(SubsetFamily::getName)
                .containsExactlyInAnyOrder("language", "visual", "cross-modal", "ood");
        assertThat(report.getRowsList())
                .extracting(row -> row.getModel() + " " + row.getName())
                .containsExactlyInAnyOrder(
                        "lx ce", "vb ce", "lx " + TRAINED, "lx " + PATTERN, "vb " + TRAINED, "vb " + PATTERN);
        report.getRowsList().forEach(row -> scores(report, row));
        assertThat(report.getQuestionTypeColumnsCount()).isPositive();
        assertThat(report.getQuestionTypeRowsCount()).isEqualTo(report.getRowsCount());
        assertThat(report.getNotesList())
                .anyMatch(note -> note.contains("20 % of the images of train (seed 3) are held out"))
                .contains("a seed axis per stage: 2 of stage 1, 2 of stage 2");
        return report;
    }

    /** Families are means of their sets, and the seeds' shares of the variance sum to 1. */
    private static void scores(Report report, ReportRow row) {
        for (SubsetFamily family : report.getFamiliesList()) {
            double mean = family.getSubsetsList().stream()
                    .mapToDouble(set -> cell(report, row, set).getMean())
                    .average()
                    .orElseThrow();
            assertThat(cell(report, row, family.getName()).getMean()).isCloseTo(mean, within(1e-9));
        }
        ReportCell overall = cell(report, row, "iid-test");
        assertThat(overall.getMean()).isBetween(0.0, 1.0);
        assertThat(overall.getRunsCount()).isEqualTo(row.getName().equals(TRAINED) ? 4 : 2);
        if (row.getName().equals(TRAINED)) {
            assertThat(row.getCellsList()).anyMatch(ReportCell::hasVariance);
        }
        if (row.getName().equals(PATTERN)) {
            assertThat(row.getZeros()).isCloseTo(0.5, within(0.01));
        }
        row.getCellsList().stream()
                .filter(ReportCell::hasVariance)
                .map(ReportCell::getVariance)
                .forEach(shares -> assertThat(sum(shares)).isCloseTo(1, within(1e-9)));
    }

    private static double sum(VarianceDecomposition shares) {
        return shares.getStage1() + shares.getStage2() + shares.getStage3() + shares.getResidual();
    }

    private static ReportCell cell(Report report, ReportRow row, String set) {
        return row.getCells(report.getColumnsList().indexOf(set + "/all"));
    }

    private static void text(CommandLine crvqa, String id) throws Exception {
        assertThat(crvqa.text("report", id, "--by", "question-type"))
                .contains("ood", "cross-modal", "qt-kw-ko", "Question type", "Variance between", TRAINED, PATTERN);
    }

    private void masks(CommandLine crvqa, String id) throws Exception {
        Path picture = folder.resolve("masks.svg");
        String text =
                crvqa.text("masks", "compare", "--experiment", id, "--model", "lx", "--picture", picture.toString());
        assertThat(text).contains("seed of stage 2", "By chance", TRAINED + ", seeds 0/49", PATTERN + ", seed 1");
        assertThat(Files.readString(picture)).startsWith("<svg").contains(TRAINED);

        Result both = crvqa.run("masks", "compare", "--experiment", id);
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("models with different matrices").doesNotContain("\tat ");
    }

    /** An evaluation's checkpoint in both forms; the compact one becomes the same files again. */
    private void export(CommandLine crvqa, String key) throws Exception {
        Path whole = folder.resolve("whole");
        Path compact = folder.resolve("compact");
        Path unpacked = folder.resolve("unpacked");
        crvqa.text("export", key, "--out", whole.toString());
        crvqa.text("export", key, "--form", "compact", "--out", compact.toString());
        crvqa.text("unpack", compact.toString(), "--out", unpacked.toString());

        assertThat(whole.resolve("README.md")).content().contains("| ood/all |", "VisualBERT subnetwork");
        assertThat(compact.resolve("model.safetensors")).doesNotExist();
        for (String file : List.of("model.safetensors", "mask.safetensors", "config.json", "README.md")) {
            assertThat(unpacked.resolve(file)).as(file).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    private static String evaluation(Report report) {
        return report.getRowsList().stream()
                .filter(row -> row.getModel().equals("vb") && row.getName().equals(TRAINED))
                .map(row -> row.getCells(0).getRuns(0).getKey())
                .findFirst()
                .orElseThrow();
    }
}
