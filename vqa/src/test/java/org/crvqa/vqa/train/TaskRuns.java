package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.device.CpuInfo;

/** Runs tasks over a file store as the services do: what exists is found, not repeated. */
final class TaskRuns implements AutoCloseable {
    private final Compute compute;
    private final ObjectStore store;
    private final ArtifactRepository repository;

    TaskRuns(Path folder) {
        this(folder, 1);
    }

    private TaskRuns(TaskRuns other, Compute compute) {
        this.compute = compute;
        store = other.store;
        repository = other.repository;
    }

    /** Over the same store, each batch filled when it is needed. The first one is to be closed. */
    TaskRuns withoutPrefetch() {
        return new TaskRuns(this, compute.withPrefetch(false));
    }

    /** Over the same store, so many questions evaluated at once. */
    TaskRuns inBatchesOf(int questions) {
        return new TaskRuns(this, compute.withEvaluationBatch(questions));
    }

    /** Over the same store, as if on another processor. */
    TaskRuns onProcessor(CpuInfo processor) {
        return new TaskRuns(this, compute.withProcessor(processor));
    }

    TaskRuns(Path folder, int threads) {
        // bfloat16 is right on every processor; that it is slow does not matter to a tiny model.
        compute = Compute.start(TestDevice.NAME, threads)
                .withProcessor(new CpuInfo(Optional.empty(), List.of("avx512_bf16")));
        try {
            Path objects = Files.createDirectories(folder.resolve("store"));
            store = ObjectStores.open(StoreSettings.of(objects.toUri()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        repository = new ArtifactRepository(store, folder.resolve("cache"));
    }

    ArtifactRepository repository() {
        return repository;
    }

    /** Imports a folder of VQA-CP v2 files and returns the key. */
    String dataset(Path sources, ImportOptions options) {
        return DatasetImport.run(repository, DatasetSources.vqaCp(sources), options, ImportListener.none())
                .getKey();
    }

    /** Stores a model that is only a configuration, for weights drawn per seed, and returns the key. */
    String model(String configJson) {
        String json = CanonicalJson.of(configJson);
        TaskSpec spec = TaskSpec.newBuilder()
                .setAlgorithmVersion(1)
                .setModel(ModelSpec.newBuilder()
                        .setArchitecture(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT)
                        .setConfigJson(json))
                .build();
        try (ArtifactDraft draft = repository.draft(spec)) {
            Files.writeString(draft.file(Inputs.CONFIG), json);
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The artifact of a task, made now unless it exists. */
    Manifest run(TaskSpec spec, TaskObserver observer) {
        Optional<Manifest> existing = repository.find(ArtifactKey.of(spec));
        if (existing.isPresent()) {
            return existing.get();
        }
        try (ArtifactDraft draft = repository.draft(spec)) {
            return draft.commit(attempt(spec, draft, observer));
        }
    }

    /** Runs a task into a draft that the caller commits or not. */
    Manifest attempt(TaskSpec spec, ArtifactDraft draft, TaskObserver observer) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> new TrainTask(compute).run(spec.getTrain(), repository, draft, observer);
            case PRUNE -> new PruneTask(compute).run(spec.getPrune(), repository, draft, observer);
            case EVALUATE -> new EvaluateTask(compute).run(spec.getEvaluate(), repository, draft, observer);
            case DATASET, MODEL, WORK_NOT_SET -> throw new IllegalArgumentException("no task: " + spec.getWorkCase());
        };
    }

    Artifact open(Manifest manifest) {
        return repository.open(new ArtifactKey(manifest.getKey()));
    }

    @Override
    public void close() {
        store.close();
    }
}
