package org.crvqa.vqa.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.score.PredictionsFile.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyCounterTest {
    @Test
    void metrics_ofSeveralTypes_areMeansByType() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.add("yes/no", "is it", 1, 1);
        counter.add("yes/no", "is it", 0, 1);
        counter.add("other", "what", 1 / 3.0, 2 / 3.0);
        Map<String, Double> metrics = counter.metrics("test");
        assertThat(metrics)
                .containsOnlyKeys(
                        "accuracy/test/all",
                        "accuracy/test/yes/no",
                        "accuracy/test/other",
                        "accuracy/test/upper_bound",
                        "questions/test/all",
                        "questions/test/yes/no",
                        "questions/test/other",
                        "questions/test/upper_bound")
                .containsEntry("questions/test/all", 3.0)
                .containsEntry("questions/test/yes/no", 2.0);
        assertThat(metrics.get("accuracy/test/all")).isCloseTo(4 / 9.0, within(1e-12));
        assertThat(metrics.get("accuracy/test/yes/no")).isEqualTo(0.5);
        assertThat(metrics.get("accuracy/test/upper_bound")).isCloseTo(8 / 9.0, within(1e-12));
        assertThat(counter.questionTypeMetrics("test"))
                .containsOnlyKeys(
                        "accuracy/test/question_type/is it",
                        "accuracy/test/question_type/what",
                        "questions/test/question_type/is it",
                        "questions/test/question_type/what")
                .containsEntry("accuracy/test/question_type/is it", 0.5)
                .containsEntry("questions/test/question_type/is it", 2.0)
                .containsEntry("questions/test/question_type/what", 1.0);
    }

    @Test
    void write_predictions_isTheOfficialList(@TempDir Path folder) throws Exception {
        Path file = folder.resolve(PredictionsFile.name("iid"));
        PredictionsFile.write(file, List.of(new Prediction(7, "yes"), new Prediction(3_000_000_000L, "\"é\"")));
        assertThat(Files.readString(file)).isEqualTo("""
                        [
                        {"question_id":7,"answer":"yes"},
                        {"question_id":3000000000,"answer":"\\"é\\""}
                        ]
                        """);
    }
}
