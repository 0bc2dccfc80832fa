package org.crvqa.artifacts.gc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageSummary;

/** Tells each thing that was found, and adds them up. */
final class Tally {
    private final boolean apply;
    private final Consumer<CollectGarbageResponse> says;
    private final GarbageSummary.Builder summary = GarbageSummary.newBuilder();
    private final List<String> notes = new ArrayList<>();
    private long artifactsGone;

    Tally(boolean apply, Consumer<CollectGarbageResponse> says) {
        this.apply = apply;
        this.says = says;
    }

    /** In a dry run, everything counts that would be removed. */
    void found(Garbage garbage, boolean removed) {
        if (removed || !apply) {
            artifactsGone += garbage.artifact() ? 1 : 0;
            summary.setItems(summary.getItems() + 1)
                    .setObjects(summary.getObjects() + garbage.objects())
                    .setSizeBytes(summary.getSizeBytes() + garbage.bytes());
        }
        says.accept(CollectGarbageResponse.newBuilder()
                .setItem(garbage.item(removed))
                .build());
    }

    /** What could not be removed, and why, for people. Called by several threads. */
    void note(String what) {
        synchronized (notes) {
            notes.add(what);
        }
    }

    GarbageSummary summary(long artifacts, List<String> more) {
        synchronized (notes) {
            return summary.setApplied(apply)
                    .setArtifactsKept(artifacts - artifactsGone)
                    .addAllNotes(more)
                    .addAllNotes(notes)
                    .build();
        }
    }
}
