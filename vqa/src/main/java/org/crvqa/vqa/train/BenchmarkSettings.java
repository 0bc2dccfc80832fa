package org.crvqa.vqa.train;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.model.ModelConfig;

/**
 * What the steps of a {@link Benchmark} are like.
 *
 * @param loss of the training stages
 * @param precision of linear layers
 * @param batchSize examples of a training step
 * @param evalBatchSize questions that are answered together
 * @param tokens word pieces of a question
 * @param warmupSteps before those that count; empty: some seconds
 * @param steps that count; empty: as many as some more seconds have room for
 * @param stateCapture whether training states are saved on the way
 * @param scratch a folder on disk for states, each of which is removed at once
 */
public record BenchmarkSettings(
        ModelConfig config,
        LossKind loss,
        Precision precision,
        int batchSize,
        int evalBatchSize,
        int tokens,
        OptionalInt warmupSteps,
        OptionalInt steps,
        boolean stateCapture,
        Path scratch) {}
