package org.crvqa.cli;

import com.google.protobuf.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.garbage.GarbageText;
import org.crvqa.cli.garbage.GracePeriod;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageSummary;
import org.crvqa.coordinator.v1.Operation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "gc",
        description = "Remove from the store what nothing needs any more. Without --apply it only says what that is.",
        footer = {
            "",
            "Stays: what an experiment needs or made (a cancelled one's results too), what has",
            "a name, what these were made of, and whatever a running task or reader holds.",
            "",
            "Examples:",
            "  crvqa gc                                what would be removed",
            "  crvqa gc --items                        each thing, and why",
            "  crvqa gc --apply --grace 7d",
            "  crvqa gc --apply --background           goes on by itself: crvqa operation",
            "  crvqa gc --apply --discard 3f9a…        a result whose bytes are corrupt"
        })
final class GcCommand implements Callable<Integer> {
    private final CliContext context;
    private final List<GarbageItem> items = new ArrayList<>();
    private GarbageSummary summary = GarbageSummary.getDefaultInstance();

    @Option(names = "--apply", description = "Remove it.")
    private boolean apply;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "24h",
            description = "What is younger stays: 90m, 24h (default), 7d.")
    private String grace = "";

    @Option(
            names = "--discard",
            paramLabel = "KEY",
            description = "Also remove this result of a task, whose bytes are corrupt, although it is needed; it is"
                    + " made again when it is needed. Repeatable.")
    private List<String> discard = new ArrayList<>();

    @Option(
            names = "--background",
            description = "Only begin, and print an id for 'crvqa operation'; it goes on when this command has ended.")
    private boolean background;

    @Option(names = "--items", description = "List each thing with its reason.")
    private boolean list;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    GcCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        CollectGarbageRequest request = CollectGarbageRequest.newBuilder()
                .setApply(apply)
                .setGrace(Duration.newBuilder()
                        .setSeconds(GracePeriod.parse(grace).toSeconds()))
                .addAllDiscardKeys(discard)
                .build();
        if (background) {
            try (CoordinatorClient client = coordinator.connect(context)) {
                Operation begun = client.startGarbageCollection(request);
                output.print(context.console(), begun, () -> List.of(begun.getId()));
                return ExitCode.OK;
            }
        }
        try (CoordinatorClient client = coordinator.connect(context);
                WorkBar bar = new WorkBar(context.console(), context.clock())) {
            client.collectGarbage(request, response -> take(response, bar));
        }
        print();
        return ExitCode.OK;
    }

    private void take(CollectGarbageResponse response, WorkBar bar) {
        switch (response.getContentCase()) {
            case PROGRESS ->
                bar.update(
                        response.getProgress().getPhase(),
                        response.getProgress().getObjectsSeen(),
                        0);
            case ITEM -> {
                items.add(response.getItem());
                bar.update(apply ? "removing" : "finding", items.size(), 0);
            }
            case SUMMARY -> summary = response.getSummary();
            case CONTENT_NOT_SET -> {
                // A newer coordinator may say more.
            }
        }
    }

    private void print() {
        summary.getNotesList().forEach(context.console()::say);
        if (output.json()) {
            context.console().print(GarbageText.json(items, summary));
            return;
        }
        if (list) {
            items.forEach(item -> context.console().print(GarbageText.line(item, apply)));
        }
        GarbageText.lines(items, summary, context.console().outColor()).forEach(context.console()::print);
    }
}
