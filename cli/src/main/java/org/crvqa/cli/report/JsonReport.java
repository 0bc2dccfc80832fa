package org.crvqa.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalDouble;
import org.crvqa.cli.experiment.Json;
import org.crvqa.cli.experiment.MissingText;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.study.statistics.Estimate;
import org.crvqa.study.statistics.McNemar;

/**
 * A report for programs: scores by the names of their columns, numbers as numbers, words as in experiment files.
 *
 * <p>What releases before format 2 printed of one experiment, the wire contract's message, is there still: programs that
 * read it go on as they are.
 */
public final class JsonReport {
    static final int FORMAT = 2;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final UnitedReport report;
    private final Findings findings;

    private JsonReport(UnitedReport report, Findings findings) {
        this.report = report;
        this.findings = findings;
    }

    /** The text to print. */
    public static String of(UnitedReport report, Findings findings) {
        return new JsonReport(report, findings).root().toPrettyString();
    }

    private ObjectNode root() {
        Report all = report.report();
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        if (report.severalExperiments()) {
            root.put("complete", all.getComplete());
            all.getColumnsList().forEach(root.putArray("columns")::add);
            root.putArray("rows");
        } else {
            root.setAll(parse(Json.of(all)));
        }
        ArrayNode experiments = root.putArray("experiments");
        report.parts().forEach(part -> experiment(experiments.addObject(), part));
        ArrayNode rows = (ArrayNode) root.get("rows");
        for (int row = 0; row < all.getRowsCount(); row++) {
            if (report.severalExperiments()) {
                ObjectNode node = parse(Json.of(all.getRows(row)));
                node.remove(List.of("cells", "missing"));
                rows.add(node);
            }
            row((ObjectNode) rows.get(row), row);
        }
        if (findings.against().isPresent()) {
            root.put("against", report.label(findings.against().getAsInt()));
        }
        findings.notes().forEach(root.putArray("findings_notes")::add);
        return root;
    }

    private static ObjectNode parse(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("It was JSON when it was printed", e);
        }
    }

    private static void experiment(ObjectNode node, Report part) {
        node.put("id", part.getExperimentId());
        node.put("dataset", part.getDataset());
        node.put("protocol", EnumNames.of(part.getProtocol()));
        node.put("complete", part.getComplete());
        part.getNotesList().forEach(node.putArray("notes")::add);
        ObjectNode families = node.putObject("families");
        part.getFamiliesList()
                .forEach(family -> family.getSubsetsList().forEach(families.putArray(family.getName())::add));
    }

    private void row(ObjectNode node, int row) {
        ReportRow of = report.report().getRows(row);
        node.put("experiment", report.part(row).getExperimentId());
        ObjectNode scores = node.putObject("scores");
        List<String> columns = report.report().getColumnsList();
        for (int i = 0; i < columns.size(); i++) {
            if (of.getCells(i).getExpectedRuns() > 0) {
                ObjectNode score = scores.putObject(columns.get(i));
                score(score, of.getCells(i), report.questions(row, columns.get(i)));
                findings(score, row, columns.get(i));
            }
        }
        ArrayNode problems = node.putArray("problems");
        of.getMissingList().forEach(why -> problem(problems.addObject(), why));
        if (report.report().getQuestionTypeRowsCount() > row) {
            types(node.putObject("question_types"), row);
        }
    }

    private void types(ObjectNode node, int row) {
        Report part = report.part(row);
        List<String> columns = report.report().getQuestionTypeColumnsList();
        for (int i = 0; i < columns.size(); i++) {
            ReportCell cell = report.report().getQuestionTypeRows(row).getCells(i);
            int place = part.getQuestionTypeColumnsList().indexOf(columns.get(i));
            if (place >= 0) {
                long questions =
                        place < part.getQuestionTypeQuestionsCount() ? part.getQuestionTypeQuestions(place) : 0;
                score(node.putObject(columns.get(i)), cell, questions);
            }
        }
    }

    private static void score(ObjectNode node, ReportCell cell, long questions) {
        put(node, "mean", cell.hasMean() ? OptionalDouble.of(cell.getMean()) : OptionalDouble.empty());
        put(node, "std", cell.hasStd() ? OptionalDouble.of(cell.getStd()) : OptionalDouble.empty());
        put(
                node,
                "min",
                cell.getRunsList().stream().mapToDouble(RunScore::getScore).min());
        put(
                node,
                "max",
                cell.getRunsList().stream().mapToDouble(RunScore::getScore).max());
        node.put("n", Numbers.scored(cell));
        node.put("expected", cell.getExpectedRuns());
        if (questions > 0) {
            node.put("questions", questions);
        } else {
            node.putNull("questions");
        }
        ArrayNode runs = node.putArray("runs");
        for (RunScore run : cell.getRunsList()) {
            ObjectNode one = runs.addObject();
            one.put("seed", unsigned(run.getSeed()));
            if (run.hasStage2Seed()) {
                one.put("stage2_seed", unsigned(run.getStage2Seed()));
            }
            if (run.hasStage3Seed()) {
                one.put("stage3_seed", unsigned(run.getStage3Seed()));
            }
            one.put("score", run.getScore());
            one.put("key", run.getKey());
        }
    }

    private void findings(ObjectNode node, int row, String column) {
        findings.interval(row, column).ifPresent(interval -> interval(node.putObject("interval"), interval));
        findings.difference(row, column).ifPresent(each -> difference(node.putObject("difference"), each));
        findings.published(row, column).ifPresent(each -> {
            ObjectNode published = node.putObject("published");
            published.put("mean", each.mean());
            put(published, "std", each.std());
            if (each.n().isPresent()) {
                published.put("n", each.n().getAsInt());
            } else {
                published.putNull("n");
            }
            put(published, "difference", each.difference());
            each.within()
                    .ifPresentOrElse(
                            within -> published.put("within_both", within), () -> published.putNull("within_both"));
        });
    }

    private static void interval(ObjectNode node, Estimate estimate) {
        node.put("low", estimate.low());
        node.put("high", estimate.high());
        node.put("level", Estimate.LEVEL);
    }

    private static void difference(ObjectNode node, Difference each) {
        node.put("value", each.estimate().value());
        interval(node.putObject("interval"), each.estimate());
        node.put("p_bootstrap", each.estimate().p());
        node.put("p_bootstrap_holm", each.adjustedP());
        each.mcNemar().ifPresent(test -> {
            mcNemar(node.putObject("mcnemar"), test).put("p_holm", each.adjustedMcNemar());
        });
        ArrayNode seeds = node.putArray("mcnemar_by_seed");
        each.seedTests().forEach(test -> mcNemar(seeds.addObject().put("seed", test.seed()), test.test()));
        node.put("questions", each.questions());
        node.put("seeds", each.seeds());
        node.put("seeds_against", each.seedsAgainst());
        node.put("same_questions", each.sharedQuestions());
        node.put("same_seeds", each.sharedSeeds());
    }

    private static ObjectNode mcNemar(ObjectNode node, McNemar test) {
        return node.put("right_wrong", test.gained())
                .put("wrong_right", test.lost())
                .put("p", test.p());
    }

    private static void problem(ObjectNode node, MissingRuns why) {
        node.put("state", MissingText.word(why.getState()));
        node.put("runs", why.getRuns());
        node.put("task", why.getTask());
        node.put("key", why.getTaskKey());
        node.put("why", MissingText.reason(why));
    }

    private static void put(ObjectNode node, String name, OptionalDouble number) {
        if (number.isPresent()) {
            node.put(name, number.getAsDouble());
        } else {
            node.putNull(name);
        }
    }

    private static BigInteger unsigned(long seed) {
        return new BigInteger(Long.toUnsignedString(seed));
    }
}
