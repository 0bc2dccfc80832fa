package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.coordinator.v1.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = "Print an experiment's scores so far: mean and standard deviation over its seeds.",
        footer = {
            "",
            "Ends with 0 when every cell has all its runs, else with 1.",
            "",
            "Examples:",
            "  crvqa report demo-1a2b3c4d",
            "  crvqa report demo-1a2b3c4d --output json > report.json"
        })
final class ReportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ReportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            Report report = client.report(experiment);
            output.print(
                    context.console(),
                    report,
                    () -> ReportText.lines(report, context.console().outColor()));
            return report.getComplete() ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
