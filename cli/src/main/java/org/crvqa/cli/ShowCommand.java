package org.crvqa.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.experiment.Json;
import org.crvqa.cli.experiment.ShowText;
import org.crvqa.cli.provenance.ArtifactText;
import org.crvqa.cli.provenance.Provenance;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = {
            "Show what an experiment is and which artifacts its rows stand for,",
            "or what an artifact holds: what it was made of, its metrics, its files."
        },
        footer = {
            "",
            "Examples:",
            "  crvqa show demo-1a2b3c4d",
            "  crvqa show latest --output json",
            "  crvqa show 3f9a0c11"
        })
final class ShowCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT|KEY",
            description =
                    "An experiment's id, the beginning of one, or latest; or a key, or its first 8 or more digits.")
    private String what = "";

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ShowCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return what.matches(HistoryCommand.KEY) ? artifact() : experiment();
    }

    private int artifact() {
        try (OpenStore open = source.store().openExisting(context)) {
            Manifest manifest = open.artifacts()
                    .find(Provenance.resolve(open.objects(), what))
                    .orElseThrow(() -> new InvalidInputException(
                            "There is no artifact " + what + " in "
                                    + open.objects().location(),
                            "Check the key and the store (--store, CRVQA_STORE)."));
            output.print(context.console(), manifest, () -> ArtifactText.lines(manifest));
        }
        return ExitCode.OK;
    }

    private int experiment() {
        try (ExperimentReads reads = source.open(context)) {
            ExperimentStatus status = reads.summary(SourceOption.id(reads, what));
            Report report = reads.report(status.getId(), false);
            if (output.json()) {
                JsonObject both = new JsonObject();
                both.add("experiment", JsonParser.parseString(Json.of(status)));
                both.add("report", JsonParser.parseString(Json.of(report)));
                context.console()
                        .print(new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(both));
            } else {
                ShowText.lines(
                                status,
                                report,
                                ZoneId.systemDefault(),
                                context.console().outColor())
                        .forEach(context.console()::print);
            }
        }
        return ExitCode.OK;
    }
}
