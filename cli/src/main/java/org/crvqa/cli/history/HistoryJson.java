package org.crvqa.cli.history;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.crvqa.artifact.v1.MetricSeries;

/** Histories for programs. */
public final class HistoryJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private HistoryJson() {}

    /** {@code runs}, each with its key, label, steps, and by name its series: steps and as many values. */
    public static String of(List<TrainingRun> runs, Set<String> metrics) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("runs");
        for (TrainingRun run : runs) {
            ObjectNode node = list.addObject();
            node.put("key", run.key().hex());
            node.put("label", run.label());
            node.put("total_steps", run.history().getTotalSteps());
            node.put("steps_per_epoch", run.history().getStepsPerEpoch());
            ObjectNode all = node.putObject("series");
            for (String metric : run.metrics()) {
                if (metrics.contains(metric)) {
                    MetricSeries series = run.series(metric).orElseThrow();
                    ObjectNode one = all.putObject(metric);
                    series.getStepList().forEach(one.putArray("steps")::add);
                    series.getValueList().forEach(one.putArray("values")::add);
                }
            }
        }
        return root.toPrettyString();
    }
}
