package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.crvqa.artifacts.Artifact;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.debias.LossParts;
import org.crvqa.vqa.model.Encoder;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Knowledge distillation from a teacher of the same architecture: weight times the mean over layers of 1 - cosine(student's
 * hidden states, teacher's). The cosine is taken over the hidden dimension of each position and averaged over positions
 * and batch. Layers are all whose output the pooled state depends on, as {@link Encoder#forward} shows them: of LXMERT
 * those of the language and vision encoders and both halves of the cross layers, the last one's visual half left out.
 * The teacher runs without dropout and gets no gradient.
 */
final class Distillation {
    /** Added to squared lengths, so that the gradient at a hidden state of zeros is not NaN. */
    private static final float LEAST_SQUARE = 1e-16f;

    private final Torch torch;
    private final Encoder encoder;
    private final Weights teacher;
    private final double weight;

    /** The teacher's weights are the dense ones of stage 1; they stay their owner's and are not changed. */
    Distillation(Torch torch, ModelConfig config, Weights teacher, double weight) {
        this.torch = torch;
        this.encoder = config.encoder(torch);
        this.teacher = teacher;
        this.weight = weight;
    }

    /** The term of a training stage, which is nothing where the settings ask for none. */
    static Distiller of(
            Torch torch, ModelConfig config, TrainingSettings settings, Artifact stage1, NDManager manager) {
        if (!settings.hasDistillation()) {
            return Distiller.NONE;
        }
        // A copy of its own: the tensors that are trained start from the same file but do not stay so.
        ModelTensors teacher = new ModelTensors(torch, manager);
        teacher.load(stage1.file(Inputs.WEIGHTS), config.shapes());
        return new Distillation(
                torch, config, teacher, settings.getDistillation().getWeight())::term;
    }

    /** Lets the teacher see a batch. What is made belongs to {@code owner}. */
    Term term(Batch batch, NDManager owner) {
        List<NDArray> taught = new ArrayList<>();
        try (Torch.GradientMode off = torch.gradients(false)) {
            encoder.forward(teacher, batch.inputs(owner), ForwardMode.EVALUATION, hidden -> {
                // Another handle of the same memory: the encoder closes its own.
                NDArray kept = hidden.stopGradient();
                kept.attach(owner);
                taught.add(kept);
            });
        }
        return new Term(taught, owner);
    }

    /** The term of one batch, which grows while the student's forward pass shows its layers. */
    final class Term implements Distiller.Term {
        private final List<NDArray> taught;
        private final NDManager owner;
        private final List<NDArray> cosines = new ArrayList<>();

        private Term(List<NDArray> taught, NDManager owner) {
            this.taught = taught;
            this.owner = owner;
        }

        @Override
        public Consumer<NDArray> hidden() {
            return this::compare;
        }

        private void compare(NDArray hidden) {
            NDArray target = taught.get(cosines.size());
            cosines.add(Scopes.within(owner, () -> cosine(hidden, target).mean()));
        }

        @Override
        public NDArray addTo(NDArray loss, LossParts told) {
            if (cosines.size() != taught.size()) {
                throw new IllegalStateException(
                        "The student showed " + cosines.size() + " layers, the teacher " + taught.size());
            }
            return Scopes.within(owner, () -> {
                NDArray sum = cosines.get(0);
                for (NDArray cosine : cosines.subList(1, cosines.size())) {
                    sum = sum.add(cosine);
                }
                NDArray distance = torch.scalar(1f).sub(sum.mul(torch.scalar(1f / cosines.size())));
                NDArray term = distance.mul(torch.scalar((float) weight));
                told.part(Distiller.PART, Scopes.within(owner, term::stopGradient));
                return loss.add(term);
            });
        }

        /** (B, N) from two of (B, N, H). */
        private NDArray cosine(NDArray student, NDArray target) {
            NDArray lengths = squares(student).mul(squares(target)).sqrt();
            return student.mul(target).sum(new int[] {-1}).div(lengths);
        }

        private NDArray squares(NDArray x) {
            return x.mul(x).sum(new int[] {-1}).add(torch.scalar(LEAST_SQUARE));
        }
    }
}
