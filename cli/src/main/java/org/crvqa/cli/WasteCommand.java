package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.experiment.WasteText;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.GetWasteResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "waste",
        description = {
            "Sum device time: spent on results, saved by sharing and resuming, lost by cause.",
            "Without an experiment: of all experiments in the store."
        },
        footer = {"", "Examples:", "  crvqa waste", "  crvqa waste demo-1a2b3c4d --output json"})
final class WasteCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT",
            arity = "0..1",
            defaultValue = "",
            description = "Its id, as submit and list print it, the beginning of one, or latest.")
    private String experiment = "";

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    WasteCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (ExperimentReads client = source.open(context)) {
            GetWasteResponse waste = client.waste(experiment.isEmpty() ? "" : SourceOption.id(client, experiment));
            output.print(
                    context.console(),
                    waste,
                    () -> WasteText.lines(waste, context.console().outColor()));
            return ExitCode.OK;
        }
    }
}
