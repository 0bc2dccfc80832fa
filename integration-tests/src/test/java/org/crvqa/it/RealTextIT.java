package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real questions with real human answers: imported as they come, trained, pruned and scored by the running services. */
@Timeout(300)
class RealTextIT {
    @TempDir
    private Path folder;

    @Test
    void realQuestions_stageOneTwoAndEvaluation_giveScores() throws Exception {
        assumeTrue(
                Installation.hasShared(), "Skipped: there is no " + Installation.shared() + " with the real questions");
        assumeTrue(runs("python3", "-c", "import numpy"), "Skipped: python3 with numpy is needed to make the data");
        Path data = makeRealText();

        try (Laboratory laboratory = Laboratory.start(folder)) {
            Manifest dataset = DatasetImport.run(
                    laboratory.store().artifacts(),
                    DatasetSources.vqaCp(data),
                    new ImportOptions(9, List.of("train", "test"), "train", 0),
                    ImportListener.none());
            laboratory.store().names().assign(Names.Kind.DATASET, "real", new ArtifactKey(dataset.getKey()), false);
            laboratory.bringModel(dataset.getDataset());
            assertThat(dataset.getDataset().getQuestionTypes()).isEqualTo(65);

            Outcome outcome = laboratory.run(Samples.realTextExperiment(), new QuietListener());

            assertThat(outcome.last().experiment().getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            assertThat(outcome.report().getComplete()).isTrue();
            assertThat(outcome.report().getRowsList())
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.getCellsList())
                            .extracting(ReportCell::getMean)
                            .allMatch(mean -> mean > 0.05 && mean < 1));
        }
    }

    private Path makeRealText() throws Exception {
        Path shared = Installation.shared();
        Path source = unzip(shared.resolve("data/vqa-vs/Val.zip"), folder.resolve("val"));
        Path out = folder.resolve("real");
        assertThat(runs(
                        "python3",
                        shared.resolve("tools/make_realtext.py").toString(),
                        "--src",
                        source.toString(),
                        "--out",
                        out.toString()))
                .as("make_realtext.py: %s", Files.readString(folder.resolve("python.log")))
                .isTrue();
        return out;
    }

    // The folder that holds Val-Ques.json.
    private static Path unzip(Path zip, Path target) throws IOException {
        Path questions = target;
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory() || !file.startsWith(target)) {
                    continue;
                }
                Files.createDirectories(file.getParent());
                Files.copy(entries, file);
                if (file.endsWith("Val-Ques.json")) {
                    questions = file.getParent();
                }
            }
        }
        return questions;
    }

    private boolean runs(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("python.log").toFile())
                .start();
        return process.waitFor() == 0;
    }
}
