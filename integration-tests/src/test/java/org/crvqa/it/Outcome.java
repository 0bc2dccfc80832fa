package org.crvqa.it;

import java.util.SortedMap;
import java.util.TreeMap;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Manifests;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * What an experiment ended with.
 *
 * @param last its final state
 * @param report its scores
 * @param digests of the contents of every task's artifact, by the task's label
 */
public record Outcome(ExperimentSnapshot last, Report report, SortedMap<String, String> digests) {
    /** With the digests of all tasks that are done; reads the store. */
    public static Outcome of(ExperimentSnapshot last, Report report, OpenStore store) {
        SortedMap<String, String> digests = new TreeMap<>();
        for (TaskStatus task : last.tasks()) {
            digests.put(
                    task.getLabel() + " " + task.getKey(),
                    Manifests.contentDigest(store.artifacts().require(new ArtifactKey(task.getKey()))));
        }
        return new Outcome(last, report, digests);
    }
}
