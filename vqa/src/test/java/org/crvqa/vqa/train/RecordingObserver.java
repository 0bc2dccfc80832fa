package org.crvqa.vqa.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TaskProgress;

/** Keeps what it is told; what happens at a check is the test's choice. */
final class RecordingObserver implements TaskObserver {
    final List<TaskProgress> reports = new ArrayList<>();
    /** By {@code name@step}. */
    final Map<String, Double> metrics = new LinkedHashMap<>();

    private final Runnable check;

    RecordingObserver(Runnable check) {
        this.check = check;
    }

    @Override
    public void progress(TaskProgress progress) {
        reports.add(progress);
    }

    @Override
    public void metric(String name, long step, double value) {
        metrics.put(name + "@" + step, value);
    }

    @Override
    public void checkCancelled() {
        check.run();
    }
}
