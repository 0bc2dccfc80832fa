package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.GlobalMagnitude;
import org.crvqa.vqa.mask.MaskMaker;
import org.crvqa.vqa.mask.MaskTarget;
import org.crvqa.vqa.mask.MaskTargets;
import org.crvqa.vqa.mask.Masked;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.TrainedGroup;
import org.crvqa.vqa.tensor.Torch;

/** One task of stage 2: the methods, over the tensors of a stage-1 checkpoint. */
final class Pruning {
    private final Torch torch;
    private final PruneSpec spec;
    private final ModelConfig config;
    private final FirstTensors first;
    private final ModelTensors tensors;
    private final ArtifactDraft draft;
    private final NDManager manager;
    private final MaskMaker maker;
    private final List<MaskTarget> targets;

    /**
     * @param tensors of the checkpoint; training changes them
     * @param manager owns what training needs
     * @throws InvalidInputException when the model has no such layers or widths as the spec names
     */
    Pruning(
            Torch torch,
            PruneSpec spec,
            ModelConfig config,
            FirstTensors first,
            ModelTensors tensors,
            ArtifactDraft draft,
            NDManager manager) {
        this.torch = torch;
        this.spec = spec;
        this.config = config;
        this.first = first;
        this.tensors = tensors;
        this.draft = draft;
        this.manager = manager;
        maker = new MaskMaker(torch, spec.getMask(), spec.getSeed());
        List<MaskTarget> found = MaskTargets.of(spec.getSparsity(), spec.getMask(), config, first.answers());
        targets = global() ? GlobalMagnitude.share(found, tensors::values) : found;
    }

    /** MAGNITUDE and RANDOM: nothing is trained. */
    void saveUntrained() {
        Map<String, byte[]> kept = firstMask();
        kept.forEach((name, mask) -> tensors.prune(name, mask));
        save(new SubnetworkMask(kept), tensors);
    }

    /** MASK_TRAINING. */
    Trainee trainMasks(DebiasLoss loss) {
        List<String> head = new ArrayList<>();
        first.headNames().forEach(head::add);
        Map<Boolean, List<MaskTarget>> byTraining =
                targets.stream().collect(Collectors.partitioningBy(target -> head.remove(target.name())));
        List<Masked> masks = List.of(
                maker.masked(byTraining.getOrDefault(false, List.of()), tensors.all(), manager),
                maker.maskedTrained(byTraining.getOrDefault(true, List.of()), tensors.all(), manager));
        return new MaskTrainee(
                tensors,
                masks,
                trainables(loss).head(head, Map.of()).groups(),
                SparsityRamp.of(spec.getMask().getSchedule()),
                spec.getThresholdEverySteps(),
                this::save);
    }

    /** HEAD_ONLY. */
    Trainee trainHead(DebiasLoss loss) {
        Map<String, byte[]> kept = firstMask();
        kept.forEach((name, mask) -> tensors.prune(name, mask));
        List<TrainedGroup> head = trainables(loss).head(first.headNames(), kept).groups();
        return new DenseTrainee(tensors, head, () -> save(new SubnetworkMask(kept), tensors));
    }

    /** ITERATIVE_MAGNITUDE. */
    Trainee trainInRounds(DebiasLoss loss, Artifact stage1) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (MaskTarget target : targets) {
            byte[] kept = new byte[target.size()];
            Arrays.fill(kept, (byte) 1);
            all.put(target.name(), kept);
        }
        boolean rewind = spec.getIterative().getRewind();
        IterativeTrainee.Rounds rounds = new IterativeTrainee.Rounds(
                spec.getIterative().getRounds(), spec.getTraining().getSteps(), global(), () -> {
                    if (rewind) {
                        first.reload(stage1, tensors);
                    }
                });
        Trainables.Parts parts = trainables(loss).all(all);
        return new IterativeTrainee(tensors, targets, all, parts.pruned(), parts.others(), rounds, mask -> {
            save(mask, tensors);
            if (!rewind) {
                first.write(tensors, draft.file(Inputs.WEIGHTS));
            }
        });
    }

    private boolean global() {
        return spec.getMask().getInitialisation() == MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE;
    }

    /** The mask that the initialisation gives, of every target: 1 where a weight stays. */
    Map<String, byte[]> firstMask() {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        targets.forEach(target -> kept.put(target.name(), maker.kept(target, tensors.values(target.name()))));
        return kept;
    }

    private Trainables trainables(DebiasLoss loss) {
        return new Trainables(torch, tensors, config, loss, manager);
    }

    private void save(SubnetworkMask mask, Weights weights) {
        for (String name : mask.names()) {
            // Weight normalisation divides by the norm of what is left.
            if (name.endsWith(".weight_v") && !keepsAny(mask.of(name))) {
                throw new InvalidInputException(
                        "The mask leaves nothing of the answer head's " + name,
                        "Lower the rate of the pooler, which is the head's, or do not mask the head.");
            }
        }
        mask.write(draft.file(Inputs.MASK), config);
        tensors.write(draft.file(Inputs.HEAD), weights, "classifier.");
    }

    private static boolean keepsAny(byte[] kept) {
        for (byte stays : kept) {
            if (stays == 1) {
                return true;
            }
        }
        return false;
    }
}
