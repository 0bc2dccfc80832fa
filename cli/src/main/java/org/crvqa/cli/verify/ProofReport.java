package org.crvqa.cli.verify;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;

/** What the proof found, for people and for programs. */
public final class ProofReport {
    private static final int DIGITS = 12;

    private final List<StageResult> stages;

    ProofReport(List<StageResult> stages) {
        this.stages = List.copyOf(stages);
    }

    /** Whether every stage was resumed and ended in the same bytes. */
    public boolean proved() {
        return stages.stream().allMatch(stage -> stage.verdict() == Verdict.EQUAL);
    }

    /** A table, and a sentence on each stage that is no proof or differs. */
    public List<String> lines(boolean color) {
        Table table = Table.of(
                List.of("Stage", "Worker", ">Steps", "Killed after", "Resumed at", "Whole", "Killed", "Verdict"));
        for (StageResult stage : stages) {
            table.row(List.of(
                    stage.stage(),
                    stage.worker(),
                    Integer.toString(stage.steps()),
                    steps(stage, kill -> Integer.toString(kill.step())),
                    steps(
                            stage,
                            kill -> kill.resumedAt().isPresent()
                                    ? Long.toString(kill.resumedAt().getAsLong())
                                    : "anew"),
                    stage.wholeDigest().substring(0, DIGITS),
                    stage.killedDigest().map(d -> d.substring(0, DIGITS)).orElse("–"),
                    word(stage.verdict(), color)));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        lines.add("");
        stages.forEach(stage -> lines.add(sentence(stage)));
        return lines;
    }

    private static String steps(StageResult stage, Function<Kill, String> text) {
        return stage.kills().isEmpty() ? "–" : stage.kills().stream().map(text).collect(Collectors.joining(", "));
    }

    private static String word(Verdict verdict, boolean color) {
        return switch (verdict) {
            case EQUAL -> Style.GOOD.apply("equal", color);
            case DIFFERENT -> Style.BAD.apply("different", color);
            case NO_PROOF -> Style.WARNING.apply("no proof", color);
        };
    }

    private static String sentence(StageResult stage) {
        String name =
                Character.toUpperCase(stage.stage().charAt(0)) + stage.stage().substring(1);
        return switch (stage.verdict()) {
            case EQUAL ->
                "%s: killed %d times, resumed %d times, the same files and metrics as the run that nobody killed."
                        .formatted(name, stage.kills().size(), stage.resumptions());
            case DIFFERENT ->
                name + ": the results differ" + difference(stage) + ". Keep both with --keep and report it.";
            case NO_PROOF -> name + ": no proof, since nothing was resumed: " + whyNothing(stage);
        };
    }

    private static String difference(StageResult stage) {
        List<String> metrics = stage.differingMetrics();
        return metrics.isEmpty() ? " in their files" : ", in the metrics " + String.join(", ", metrics) + " too";
    }

    private static String whyNothing(StageResult stage) {
        if (stage.cadence() == 0) {
            return "no state was saved in " + stage.steps()
                    + " steps. Give more with --steps, or let workers save more often: CRVQA_CHECKPOINT_STEPS=50.";
        }
        if (stage.kills().isEmpty()) {
            return "the worker was not killed. States are up to " + stage.cadence() + " steps apart: give more than "
                    + KillSchedule.stepsNeeded(1, stage.cadence()) + " with --steps. If it was to be killed, is it of"
                    + " this version?";
        }
        return "every kill came before the first state. Give more --steps, so that kills come later.";
    }

    private record Json(boolean proved, List<JsonStage> stages) {}

    private record JsonStage(
            String stage,
            String worker,
            int steps,
            int stepsBetweenStates,
            List<JsonKill> kills,
            String wholeKey,
            String wholeDigest,
            String killedKey,
            String killedDigest,
            List<String> differingMetrics,
            String verdict) {}

    private record JsonKill(int afterStep, long resumedAtStep) {}

    /** JSON text, indented. A step of 0 in resumed_at_step: the attempt began anew. */
    public String json() {
        List<JsonStage> all = stages.stream()
                .map(stage -> new JsonStage(
                        stage.stage(),
                        stage.worker(),
                        stage.steps(),
                        stage.cadence(),
                        stage.kills().stream()
                                .map(kill -> new JsonKill(
                                        kill.step(), kill.resumedAt().orElse(0)))
                                .toList(),
                        stage.whole().getKey(),
                        stage.wholeDigest(),
                        stage.killed().map(k -> k.getKey()).orElse(""),
                        stage.killedDigest().orElse(""),
                        stage.differingMetrics(),
                        stage.verdict().name().toLowerCase(Locale.ROOT)))
                .toList();
        return new GsonBuilder()
                .setPrettyPrinting()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create()
                .toJson(new Json(proved(), all));
    }
}
