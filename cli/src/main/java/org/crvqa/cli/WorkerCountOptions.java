package org.crvqa.cli;

import java.util.EnumMap;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ServiceKind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many workers of each kind a local cluster gets. */
final class WorkerCountOptions {
    private static final int MOST = 64;

    @Option(
            names = "--trainers",
            paramLabel = "N",
            description = "Trainer processes. Default: one for each GPU; on the CPU 2 with 2 cores or more.")
    private @Nullable Integer trainers;

    @Option(names = "--pruners", paramLabel = "N", description = "Pruner processes. Default: one for each GPU, else 1.")
    private @Nullable Integer pruners;

    @Option(
            names = "--evaluators",
            paramLabel = "N",
            description = "Evaluator processes. Default: one for each GPU, else 1.")
    private @Nullable Integer evaluators;

    /** The settings with as many workers as asked for, or as suit the settings' GPUs. */
    ClusterSettings apply(ClusterSettings settings) {
        int gpus = settings.gpus().size();
        int usualTrainers = gpus == 0 ? ClusterSettings.usualTrainers() : gpus;
        int usual = Math.max(1, gpus);
        return settings.withWorkers(
                checked(trainers, usualTrainers), checked(pruners, usual), checked(evaluators, usual));
    }

    private static int checked(@Nullable Integer count, int usual) {
        int workers = count == null ? usual : count;
        if (workers < 1 || workers > MOST) {
            throw new InvalidInputException(
                    "There are to be " + workers + " processes of a kind, expected 1 to " + MOST,
                    "Correct --trainers, --pruners or --evaluators.");
        }
        return workers;
    }

    /** The kinds for which somebody said how many there should be. */
    Map<ServiceKind, Integer> asked() {
        Map<ServiceKind, Integer> asked = new EnumMap<>(ServiceKind.class);
        if (trainers != null) {
            asked.put(ServiceKind.TRAINER, trainers);
        }
        if (pruners != null) {
            asked.put(ServiceKind.PRUNER, pruners);
        }
        if (evaluators != null) {
            asked.put(ServiceKind.EVALUATOR, evaluators);
        }
        return asked;
    }
}
