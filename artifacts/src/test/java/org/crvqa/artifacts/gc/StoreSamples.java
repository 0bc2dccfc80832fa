package org.crvqa.artifacts.gc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;

/** Artifacts with one file each, written straight into a store: like a draft, without pins and operations of its own. */
final class StoreSamples {
    private StoreSamples() {}

    static TaskSpec dataset(long seed) {
        return TaskSpec.newBuilder()
                .setDataset(DatasetSpec.newBuilder().setLabelSeed(seed))
                .build();
    }

    static TaskSpec train(long seed) {
        return TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder().setSeed(seed))
                .build();
    }

    static Manifest manifest(TaskSpec spec, ArtifactKey... inputs) {
        byte[] content = content(ArtifactKey.of(spec));
        return Manifest.newBuilder()
                .setKey(ArtifactKey.of(spec).hex())
                .setSpec(spec)
                .addAllInputKeys(List.of(inputs).stream().map(ArtifactKey::hex).toList())
                .addFiles(FileEntry.newBuilder()
                        .setName("data.bin")
                        .setSizeBytes(content.length)
                        .setSha256(Sha256.hex(new String(content, StandardCharsets.UTF_8))))
                .build();
    }

    static ArtifactKey write(ObjectStore store, TaskSpec spec, ArtifactKey... inputs) {
        Manifest manifest = manifest(spec, inputs);
        ArtifactKey key = ArtifactKey.of(spec);
        writeFile(store, key, manifest);
        store.put(ArtifactLayout.manifest(key), bytes(CanonicalJson.of(manifest)));
        return key;
    }

    static void writeFile(ObjectStore store, ArtifactKey key, Manifest manifest) {
        store.put(file(key, manifest), content(key));
    }

    static String file(ArtifactKey key, Manifest manifest) {
        return ArtifactLayout.file(key, manifest.getFiles(0));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] content(ArtifactKey key) {
        return bytes("content of " + key);
    }
}
