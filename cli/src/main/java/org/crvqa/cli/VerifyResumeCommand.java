package org.crvqa.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.cli.verify.ProofInputs;
import org.crvqa.cli.verify.ProofReport;
import org.crvqa.cli.verify.ProofSettings;
import org.crvqa.cli.verify.ResumeProof;
import org.crvqa.cli.verify.WorkerChoice;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerKind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify-resume",
        description = {
            "Prove on your own cluster that a killed and resumed task ends in the same bytes.",
            "",
            "Runs a short task of stage 1 whole on a trainer, runs it again while the worker process is killed at random"
                    + " steps and started again, and compares files and metrics of both results; then the same for"
                    + " trained masks (stage 2) on a pruner. A run in which nothing was resumed counts as no proof."
        },
        footer = {
            "",
            "Workers end themselves only where CRVQA_ALLOW_HALT=true is set; 'crvqa local up' sets it.",
            "Something has to start them again: 'crvqa local up', Kubernetes or systemd.",
            "A proof is short where they save states often, as with CRVQA_CHECKPOINT_STEPS=50.",
            "Ends with 0 when both stages were resumed with the same result, else with 1.",
            "",
            "Examples:",
            "  crvqa verify-resume                        a small sample, any idle workers",
            "  crvqa verify-resume --dataset vqa-cp-v2 --model lxmert --steps 400",
            "  crvqa verify-resume --trainer gpu-1:9101 --pruner gpu-1:9102 --kills 5",
            "  crvqa verify-resume --output json"
        })
final class VerifyResumeCommand implements Callable<Integer> {
    private static final int USUAL_STEPS = 200;

    private final CliContext context;

    @Option(names = "--trainer", paramLabel = "HOST:PORT", description = "Default: an idle one of the coordinator's.")
    private @Nullable String trainer;

    @Option(names = "--pruner", paramLabel = "HOST:PORT", description = "Default: an idle one of the coordinator's.")
    private @Nullable String pruner;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Default: a small sample, made when needed.")
    private @Nullable String dataset;

    @Option(names = "--model", paramLabel = "NAME", description = "Default: a small LXMERT for that sample.")
    private @Nullable String model;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each run. Default: " + USUAL_STEPS
                    + ", or as many as it takes until states are saved between the kills.")
    private @Nullable Integer steps;

    @Option(names = "--kills", paramLabel = "N", description = "Kills per stage (default 3).")
    private int kills = 3;

    @Option(names = "--seed", paramLabel = "N", description = "Seeds the task and the steps of the kills (default 0).")
    private long seed;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            description = "Wait so long for a worker that was killed or is busy (default 300).")
    private long patienceSeconds = 300;

    @Option(names = "--keep", description = "Leave results and states in the store.")
    private boolean keep;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    VerifyResumeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ProofSettings settings = settings();
        List<WorkerStatus> workers = trainer != null && pruner != null ? List.of() : workers();
        try (OpenStore open = store.openExisting(context);
                WorkerClient training = client(workers, WorkerKind.WORKER_KIND_TRAINER, trainer);
                WorkerClient pruning = client(workers, WorkerKind.WORKER_KIND_PRUNER, pruner)) {
            ProofInputs inputs = ProofInputs.of(context, open, dataset, model);
            ProofReport report = new ResumeProof(context, settings, open, keep).run(training, pruning, inputs);
            if (output.json()) {
                context.console().print(report.json());
            } else {
                report.lines(context.console().outColor()).forEach(context.console()::print);
            }
            return report.proved() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private ProofSettings settings() {
        if (kills < 1 || (steps != null && steps < 1) || patienceSeconds < 1) {
            throw new InvalidInputException(
                    "--kills, --steps and --patience-seconds must be at least 1", "Give larger numbers.");
        }
        return new ProofSettings(
                steps == null ? USUAL_STEPS : steps,
                steps == null,
                kills,
                seed,
                Duration.ofSeconds(patienceSeconds),
                Duration.ofMillis(200));
    }

    private List<WorkerStatus> workers() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            return client.workers().getWorkersList();
        }
    }

    private static WorkerClient client(List<WorkerStatus> workers, WorkerKind kind, @Nullable String named) {
        return WorkerClient.of(kind, named == null ? WorkerChoice.idle(workers, kind) : named);
    }
}
