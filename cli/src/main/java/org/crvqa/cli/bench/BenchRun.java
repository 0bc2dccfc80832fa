package org.crvqa.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.sample.DataShape;
import org.crvqa.vqa.train.BenchmarkWork;
import org.jspecify.annotations.Nullable;

/** Measures works of a model one after the other. {@link #stop} may be called from any thread. */
public final class BenchRun {
    /** Features of base size for these take 38 MB, more than caches of processors hold and little beside a model. */
    private static final int IMAGES = 128;

    private static final int LARGEST_USUAL_BATCH = 256;

    private final BenchModel model;
    private final Settings settings;
    private final WorkProcess process;
    private volatile @Nullable BenchFolder folder;

    /**
     * What to measure.
     *
     * @param device {@code cpu}, {@code gpu:0} or {@code auto}
     * @param batchSize null: as usual for the device
     * @param warmupSteps null: some seconds
     * @param steps null: some seconds
     */
    public record Settings(
            List<BenchmarkWork> works,
            String device,
            int threads,
            Precision precision,
            LossKind loss,
            @Nullable Integer batchSize,
            int evalBatchSize,
            @Nullable Integer warmupSteps,
            @Nullable Integer steps,
            int answers,
            int tokens,
            int regions,
            boolean stateCapture) {}

    /** Hears of progress. */
    @FunctionalInterface
    public interface Listener {
        /** So many steps of a part are done; {@code total} is 0 as long as it is not known. */
        void step(String label, int done, int total);
    }

    /**
     * Checks what can be checked without measuring.
     *
     * @param home the checkout or installation
     * @throws InvalidInputException when the questions are longer than the model can read
     */
    public BenchRun(BenchModel model, Settings settings, Path home) {
        this.model = model;
        this.settings = settings;
        this.process = new WorkProcess(home);
        ModelConfig config = model.file().config();
        if (settings.tokens() > config.maxPositions()) {
            throw new InvalidInputException(
                    "--tokens: found " + settings.tokens() + ", but " + model.name() + " has " + config.maxPositions()
                            + " positions (max_position_embeddings)",
                    "Give a smaller number.");
        }
    }

    /**
     * Measures.
     *
     * @param parent where a temporary folder for data and states is made
     * @throws InvalidInputException when what was asked for cannot be done
     * @throws BenchException when it could not be done
     */
    public BenchReport measure(Path parent, Listener listener) throws IOException, InterruptedException {
        try (BenchFolder made = BenchFolder.create(parent)) {
            folder = made;
            listener.step("making data", 0, 0);
            ArtifactKey dataset = made.makeDataset(shape());
            List<WorkReport> reports = new ArrayList<>();
            for (BenchmarkWork work : settings.works()) {
                String label = work.label() + " (" + (reports.size() + 1) + " of "
                        + settings.works().size() + ")";
                listener.step(label, 0, 0);
                reports.add(
                        process.run(order(work, made, dataset), (done, total) -> listener.step(label, done, total)));
            }
            return new BenchReport(
                    model,
                    settings.tokens(),
                    settings.regions(),
                    settings.answers(),
                    settings.threads(),
                    settings.precision(),
                    settings.loss(),
                    reports);
        }
    }

    /** Ends what is running and removes its folder, as the program ends. */
    public void stop() {
        process.stop();
        BenchFolder made = folder;
        if (made != null) {
            made.close();
        }
    }

    private DataShape shape() {
        ModelConfig config = model.file().config();
        int batch = settings.batchSize() == null ? LARGEST_USUAL_BATCH : settings.batchSize();
        return new DataShape(
                config.vocabSize(),
                config.featureSize(),
                settings.regions(),
                settings.tokens(),
                settings.answers(),
                // Some batches, so that each epoch has an order.
                4 * batch,
                settings.evalBatchSize(),
                IMAGES);
    }

    private WorkOrder order(BenchmarkWork work, BenchFolder made, ArtifactKey dataset) {
        return new WorkOrder(
                work,
                made.path(),
                dataset.hex(),
                model.file().canonical(),
                settings.device(),
                settings.threads(),
                settings.precision(),
                settings.loss(),
                settings.batchSize(),
                settings.evalBatchSize(),
                settings.tokens(),
                settings.warmupSteps(),
                settings.steps(),
                settings.stateCapture());
    }
}
