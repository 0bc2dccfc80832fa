package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    private final CapturedConsole captured = new CapturedConsole();
    private String first = "";
    private String second = "";
    /** As of a release that kept none. */
    private String without = "";

    @TempDir
    private Path folder;

    private AnsweringCoordinator coordinator;

    @BeforeEach
    void serve() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            first = write(store, 0, history(2));
            second = write(store, 1, history(4));
            without = write(store, 2, new byte[0]);
        }
        coordinator = new AnsweringCoordinator(new CoordinatorServiceImplBase() {
            @Override
            public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
                ListTasksResponse.Builder response = ListTasksResponse.newBuilder();
                for (String key : List.of(first, second, without)) {
                    response.addTasks(TaskStatus.newBuilder()
                            .setKey(key)
                            .setLabel("stage 1 lmh, tiny, seed " + response.getTasksCount()));
                }
                observer.onNext(response.build());
                observer.onCompleted();
            }
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.stop();
    }

    private static byte[] history(double loss) {
        MetricSeries.Builder losses = MetricSeries.newBuilder().setName("loss");
        MetricSeries.Builder rates = MetricSeries.newBuilder().setName("learning_rate");
        for (int step = 1; step <= 3; step++) {
            losses.addStep(step).addValue(loss / step);
            rates.addStep(step).addValue(0.5);
        }
        return TrainingHistory.newBuilder()
                .setTotalSteps(3)
                .setStepsPerEpoch(2)
                .addSeries(rates)
                .addSeries(losses)
                .build()
                .toByteArray();
    }

    private static String write(OpenStore store, long seed, byte[] history) throws IOException {
        TaskSpec spec = TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder().setSeed(seed))
                .build();
        try (ArtifactDraft draft = store.artifacts().draft(spec)) {
            Files.writeString(draft.file("config.json"), "{}");
            if (history.length > 0) {
                Files.write(draft.file("history.binpb"), history);
            }
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    @Test
    void history_ofAnExperiment_showsEveryTrainingThatHasOneAndDrawsThem() throws IOException {
        Path picture = folder.resolve("curves.svg");
        assertThat(run(
                        "history",
                        "e-0123456789ab",
                        "--coordinator",
                        coordinator.address(),
                        "--picture",
                        picture.toString()))
                .isEqualTo(ExitCode.OK);

        assertThat(captured.out())
                .contains("stage 1 lmh, tiny, seed 0 (" + first.substring(0, 12) + "): 3 steps, 2 an epoch")
                .contains("stage 1 lmh, tiny, seed 1 (" + second.substring(0, 12));
        assertThat(captured.err()).contains("2 of 3 tasks have a history");
        assertThat(Files.readString(picture)).contains("Training of e-0123456789ab", "stage 1 lmh, tiny<", "<polygon");
    }

    @Test
    void history_ofATask_isFoundByTheFirstDigitsOfItsKey() {
        assertThat(run("history", second.substring(0, 10), "-o", "csv", "--metric", "loss"))
                .isEqualTo(ExitCode.OK);
        assertThat(captured.out().lines())
                .hasSize(1 + 3)
                .element(3)
                .isEqualTo(second + ",\"" + second.substring(0, 12) + "\",\"loss\",3,1.5," + 4.0 / 3);
    }

    @Test
    void history_asJson_hasAllPoints() {
        assertThat(run("history", first, "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"key\" : \"" + first, "\"loss\"", "\"learning_rate\"");
    }

    @Test
    void history_formOfTheFileOfDefaults_holds() throws IOException {
        Files.createDirectories(folder.resolve(".config/crvqa"));
        Files.writeString(folder.resolve(".config/crvqa/config.toml"), "output = \"json\"\n");
        assertThat(run("history", first)).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).startsWith("{");
    }

    @Test
    void history_ofWhatHasNone_isBadInputThatSaysWhy() {
        assertThat(run("history", without)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("no training that is done and kept what it measured");
        assertThat(run("history", first, "--metric", "accuracy")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("No task measured 'accuracy'", "loss, learning_rate");
    }

    @Test
    void history_ofAStoreThatIsNotThere_makesNone() {
        Path absent = folder.resolve("absent");
        assertThat(coordinator.run(captured, folder, "history", first, "--store", absent.toString()))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(absent).doesNotExist();
    }

    private int run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--store";
        all[arguments.length + 1] = folder.resolve("store").toString();
        return coordinator.run(captured, folder, all);
    }
}
