package org.crvqa.study.estimate;

import java.util.List;
import org.crvqa.artifacts.ArtifactKey;

/**
 * How long work takes.
 *
 * @param perStep seconds of an optimizer step
 * @param perQuestion seconds of a question that is answered without training on it
 * @param perTask seconds of a task beside these
 * @param device "cpu", "gpu"; empty when nothing was measured
 * @param words the rate and where it was measured, for people
 * @param notes what makes it less certain, for people
 * @param tasks on which it was measured, when these are the store's
 */
record Rate(
        double perStep,
        double perQuestion,
        double perTask,
        String device,
        String words,
        List<String> notes,
        List<ArtifactKey> tasks) {
    Rate {
        notes = List.copyOf(notes);
        tasks = List.copyOf(tasks);
    }

    /** Of work that trains nothing and was never measured. */
    static Rate nothing() {
        return new Rate(0, 0, 0, "", "trains nothing: no steps", List.of(), List.of());
    }

    double seconds(Effort effort) {
        return perTask + effort.steps() * perStep + effort.questions() * perQuestion;
    }
}
