package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WeightSource;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskInputsTest {
    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_modelForAnotherVocabulary_isRefused() {
        String other = runs.model(TinyVqaCp.config(30522, TinyVqaCp.FEATURES));
        assertRefused(
                TinyVqaCp.stage1(dataset, other, 1).build(),
                "config.json has vocab_size 30522, the dataset has 9 words in the vocabulary");
    }

    @Test
    void run_modelForOtherFeatures_isRefused() {
        String other = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, 2048));
        assertRefused(
                TinyVqaCp.stage1(dataset, other, 1).build(),
                "config.json has visual_feat_dim 2048, the dataset has 3 numbers per region feature");
    }

    @Test
    void run_questionsLongerThanPositions_areRefused() {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, model, 1);
        spec.getTrainingBuilder().getTextBuilder().setMaxTokens(7);
        assertRefused(spec.build(), "Questions of 7 tokens (text.max_tokens) do not fit the model, which has 6");
    }

    @Test
    void run_checkpointWithWrongShape_namesTensorFileAndShapes() throws IOException {
        TrainSpec spec = TinyVqaCp.stage1(dataset, stored("lxmert.embeddings.word_embeddings.weight", 8, 16), 1)
                .setWeights(WeightSource.WEIGHT_SOURCE_STORED)
                .build();
        assertRefused(spec, "lxmert.embeddings.word_embeddings.weight", "model.safetensors", "[8, 16]", "[9, 16]");
    }

    @Test
    void run_checkpointWithoutATensor_namesTensorAndFile() throws IOException {
        TrainSpec spec = TinyVqaCp.stage1(dataset, stored("something.else", 9, 16), 1)
                .setWeights(WeightSource.WEIGHT_SOURCE_STORED)
                .build();
        assertRefused(spec, "lxmert.embeddings.word_embeddings.weight", "model.safetensors");
    }

    @Test
    void run_keyOfAnotherKind_saysWhatWasExpected() {
        PruneSpec spec = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(model)
                .setMethod(PruneMethod.PRUNE_METHOD_MAGNITUDE)
                .setSparsity(Sparsity.getDefaultInstance())
                .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MAGNITUDE))
                .build();
        assertRefused(TaskSpec.newBuilder().setPrune(spec).build(), model, "MODEL", "expected the result of training");
    }

    @Test
    void run_maskOfAnotherCheckpoint_isRefused() {
        Manifest first = trained(1);
        Manifest second = trained(2);
        Manifest mask = runs.run(magnitude(first), new SampleRows.Silent());
        EvaluateSpec spec = evaluation("test")
                .setSubnetwork(
                        Subnetwork.newBuilder().setStage1Key(second.getKey()).setStage2Key(mask.getKey()))
                .build();
        assertRefused(TaskSpec.newBuilder().setEvaluate(spec).build(), mask.getKey(), second.getKey());
    }

    @Test
    void run_maskOverAResultOfStage3_isRefused() {
        Manifest stage1 = trained(1);
        Manifest mask = runs.run(magnitude(stage1), new SampleRows.Silent());
        TrainSpec spec = TinyVqaCp.stage1(dataset, model, 1)
                .setSubnetwork(
                        Subnetwork.newBuilder().setStage1Key(stage1.getKey()).setStage2Key(mask.getKey()))
                .build();
        Manifest stage3 = runs.run(TaskSpec.newBuilder().setTrain(spec).build(), new SampleRows.Silent());
        assertRefused(magnitude(stage3), stage3.getKey() + " is the result of stage 3", "expected one of stage 1");
    }

    @Test
    void run_stage3OfAnotherModel_isRefused() {
        Manifest stage1 = trained(1);
        Manifest mask = runs.run(magnitude(stage1), new SampleRows.Silent());
        String other = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES)
                .replace("\"num_attention_heads\": 2", "\"num_attention_heads\": 4"));
        TrainSpec spec = TinyVqaCp.stage1(dataset, other, 1)
                .setSubnetwork(
                        Subnetwork.newBuilder().setStage1Key(stage1.getKey()).setStage2Key(mask.getKey()))
                .build();
        assertThat(other).isNotEqualTo(model);
        assertRefused(spec, stage1.getKey() + " was trained from model " + model, "expected " + other);
    }

    @Test
    void run_checkpointOfAnotherDataset_isRefused() throws IOException {
        Manifest stage1 = trained(1);
        Path otherFolder = Files.createDirectory(folder.resolve("other"));
        ImportOptions options = new ImportOptions(
                TinyVqaCp.OPTIONS.minOccurrences(),
                TinyVqaCp.OPTIONS.answersFrom(),
                TinyVqaCp.OPTIONS.priorSplit(),
                TinyVqaCp.OPTIONS.labelSeed() + 1);
        String other = runs.dataset(TinyVqaCp.write(otherFolder), options);
        EvaluateSpec spec = evaluation("test")
                .setDatasetKey(other)
                .setTrainKey(stage1.getKey())
                .build();
        assertRefused(
                TaskSpec.newBuilder().setEvaluate(spec).build(),
                "was trained on dataset " + dataset,
                "expected " + other);
    }

    @Test
    void run_unknownSplit_listsThoseThereAre() {
        EvaluateSpec spec = evaluation("val").setTrainKey(trained(1).getKey()).build();
        assertRefused(TaskSpec.newBuilder().setEvaluate(spec).build(), "no split val", "train, test");
    }

    @Test
    void start_noSuchDevice_isRefused() {
        assertThatThrownBy(() -> Compute.start("gpu:99", 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Compute.start("tpu", 1)).isInstanceOf(InvalidInputException.class);
    }

    private Manifest trained(long seed) {
        TrainSpec spec = TinyVqaCp.stage1(dataset, model, 1).setSeed(seed).build();
        return runs.run(TaskSpec.newBuilder().setTrain(spec).build(), new SampleRows.Silent());
    }

    private TaskSpec magnitude(Manifest stage1) {
        PruneSpec.Builder prune = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .setMethod(PruneMethod.PRUNE_METHOD_MAGNITUDE)
                .setSparsity(Sparsity.getDefaultInstance())
                .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MAGNITUDE));
        return TaskSpec.newBuilder().setPrune(prune).build();
    }

    private EvaluateSpec.Builder evaluation(String split) {
        return EvaluateSpec.newBuilder()
                .setDatasetKey(dataset)
                .setText(TextOptions.newBuilder().setMaxTokens(4))
                .addSplits(SplitSelection.newBuilder().setName(split));
    }

    /** A model whose checkpoint has one tensor. */
    private String stored(String tensor, long rows, long columns) throws IOException {
        String config = TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES);
        TaskSpec spec = TaskSpec.newBuilder()
                .setModel(ModelSpec.newBuilder().setConfigJson(config).setRandomSeed(rows))
                .build();
        try (ArtifactDraft draft = runs.repository().draft(spec);
                SafetensorsWriter writer = SafetensorsWriter.create(
                        draft.file(Inputs.WEIGHTS), List.of(TensorDeclaration.f32(tensor, rows, columns)))) {
            writer.writeFloats(tensor, new float[(int) (rows * columns)]);
            writer.commit();
            Files.writeString(draft.file(Inputs.CONFIG), config);
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    private void assertRefused(TrainSpec spec, String... words) {
        assertRefused(TaskSpec.newBuilder().setTrain(spec).build(), words);
    }

    private void assertRefused(TaskSpec spec, String... words) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> runs.run(spec, new SampleRows.Silent()))
                .satisfies(e -> {
                    assertThat(e).hasMessageContainingAll(words);
                    assertThat(e.advice()).isNotEmpty();
                });
        assertThat(runs.repository().find(ArtifactKey.of(spec))).isEmpty();
    }
}
