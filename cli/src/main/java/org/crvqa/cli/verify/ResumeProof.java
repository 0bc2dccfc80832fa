package org.crvqa.cli.verify;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.cli.CliContext;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.TaskSpec;

/** Both stages one after the other, and what they leave in the store. */
public final class ResumeProof {
    private final CliContext context;
    private final ProofSettings settings;
    private final OwnObjects objects;

    /** {@code keep}: leave results and states in the store. The store stays the caller's to close. */
    public ResumeProof(CliContext context, ProofSettings settings, OpenStore store, boolean keep) {
        this.context = context;
        this.settings = settings;
        this.objects = new OwnObjects(store.objects(), keep);
    }

    /**
     * Stage 1 on the trainer, stage 2, over the result of its whole run, on the pruner.
     *
     * @throws org.crvqa.cli.client.WorkerException when a run does not come to a result
     */
    public ProofReport run(WorkerClient trainer, WorkerClient pruner, ProofInputs inputs) throws InterruptedException {
        ShortTasks tasks = new ShortTasks(inputs.dataset(), inputs.model(), settings.seed());
        // Its own at every call: an artifact that is there already would prove nothing.
        String replica = "verify-resume/" + UUID.randomUUID();
        Random random = new Random(settings.seed());
        try (WorkBar bar = new WorkBar(context.console(), context.clock())) {
            StageResult dense =
                    stage("stage 1", trainer, random, bar).run((steps, name) -> own(tasks.train(steps, name)), replica);
            ArtifactKey stage1 = new ArtifactKey(dense.whole().getKey());
            StageResult masks = stage("stage 2", pruner, random, bar)
                    .run((steps, name) -> own(tasks.prune(stage1, steps, name)), replica);
            return new ProofReport(List.of(dense, masks));
        } finally {
            objects.remove();
        }
    }

    private TaskSpec own(TaskSpec spec) {
        objects.add(ArtifactKey.of(spec));
        return spec;
    }

    private StageProof stage(String name, WorkerClient client, Random random, WorkBar bar) {
        return new StageProof(
                name,
                new ProofWorker(client, settings, bar, context.clock()),
                settings,
                random,
                context.console()::say);
    }
}
