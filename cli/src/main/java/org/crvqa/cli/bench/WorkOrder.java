package org.crvqa.cli.bench;

import java.nio.file.Path;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.train.BenchmarkWork;
import org.jspecify.annotations.Nullable;

/**
 * What a process of its own is to measure; travels as JSON.
 *
 * @param folder with the store that holds the dataset, and room for states
 * @param config of the model
 * @param device {@code cpu}, {@code gpu:0} or {@code auto}
 * @param batchSize examples of a training step; null: as usual for the device
 * @param tokens of a question
 * @param warmupSteps null: some seconds
 * @param steps null: some seconds
 */
public record WorkOrder(
        BenchmarkWork work,
        Path folder,
        String datasetKey,
        String config,
        String device,
        int threads,
        Precision precision,
        LossKind loss,
        @Nullable Integer batchSize,
        int evalBatchSize,
        int tokens,
        @Nullable Integer warmupSteps,
        @Nullable Integer steps,
        boolean stateCapture) {}
