package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.garbage.OperationText;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.OperationState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "operation",
        description = "Show a collection of garbage that goes on by itself, wait for it, or end it.",
        footer = {
            "",
            "Examples:",
            "  id=$(crvqa gc --apply --background)",
            "  crvqa operation $id",
            "  crvqa operation $id --wait",
            "  crvqa operation $id --cancel"
        })
final class OperationCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "ID", description = "As 'crvqa gc --background' prints it.")
    private String id = "";

    @Option(names = "--wait", description = "Until it has ended.")
    private boolean waits;

    @Option(names = "--cancel", description = "End it early; what it has done stays done.")
    private boolean cancels;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    OperationCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            Operation operation = cancels ? client.cancelOperation(id) : client.operation(id);
            while (waits && operation.getState() == OperationState.OPERATION_STATE_RUNNING) {
                operation = client.await(id);
            }
            Operation last = operation;
            output.print(
                    context.console(),
                    last,
                    () -> OperationText.lines(last, context.console().outColor()));
            return last.getState() == OperationState.OPERATION_STATE_FAILED ? ExitCode.FAILED : ExitCode.OK;
        }
    }
}
