package org.crvqa.study;

import java.nio.file.Path;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.TaskSpec;

/** A file store that holds the sample's dataset and model. */
public final class StoreFixture implements AutoCloseable {
    public final ObjectStore store;
    public final ArtifactRepository artifacts;
    public final Names names;

    public StoreFixture(Path folder) {
        store = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
        artifacts = new ArtifactRepository(store, folder.resolve("cache"));
        names = new Names(store);
        dataset("sample", Samples.DATASET);
        model("tiny", Samples.MODEL);
    }

    public ArtifactKey dataset(String name, DatasetSummary summary) {
        TaskSpec spec = TaskSpec.newBuilder()
                .setDataset(DatasetSpec.newBuilder().setPriorSplit(name))
                .build();
        ArtifactKey key = commit(spec, Manifest.newBuilder().setDataset(summary).build());
        names.assign(Names.Kind.DATASET, name, key, true);
        return key;
    }

    public ArtifactKey model(String name, ModelSummary summary) {
        TaskSpec spec = TaskSpec.newBuilder()
                .setModel(ModelSpec.newBuilder()
                        .setConfigJson("{\"max_position_embeddings\":16,\"name\":\"" + name + "\"}"))
                .build();
        ArtifactKey key = commit(spec, Manifest.newBuilder().setModel(summary).build());
        names.assign(Names.Kind.MODEL, name, key, true);
        return key;
    }

    public ArtifactKey commit(TaskSpec spec, Manifest details) {
        try (ArtifactDraft draft = artifacts.draft(spec)) {
            return new ArtifactKey(draft.commit(details).getKey());
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
