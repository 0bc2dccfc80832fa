package org.crvqa.vqa.train;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.optim.StateFields;

/**
 * Keeps what a training measured step by step, of bounded size, as {@link TrainingHistory} says. Part of the training's
 * state, so that a training that was resumed has the same. Not thread-safe.
 */
final class History {
    /** File of the result. */
    static final String FILE = "history.binpb";

    private static final int MOST_POINTS = 2000;
    /** Counting zeros takes a pass over all masks, and a wait for the device. */
    private static final int MOST_ZEROS = 50;

    private static final String LOSS = "loss";
    private static final String RATE = "learning_rate";
    private static final String NORM = "gradient_norm";

    private final int steps;
    private final int stepsPerEpoch;
    private final Set<String> parts;
    private final boolean countsZeros;
    private final String scored;
    private final Map<String, Curve> curves = new TreeMap<>();

    /**
     * @param parts of the loss, beside what it says of the answers
     * @param zeros names of the shares of zeros that are counted; often none
     */
    History(TrainingSettings settings, int stepsPerEpoch, Set<String> parts, Set<String> zeros) {
        this.steps = settings.getSteps();
        this.stepsPerEpoch = stepsPerEpoch;
        this.scored = accuracy(settings.getSelection().getSplit().getName());
        this.parts = parts;
        this.countsZeros = !zeros.isEmpty();
        every(LOSS);
        every(RATE);
        every(NORM);
        if (!parts.isEmpty()) {
            every(part("answers"));
            parts.forEach(name -> every(part(name)));
        }
        zeros.forEach(name -> curves.put(name, new Curve(name, steps, MOST_ZEROS)));
        if (settings.getSelection().getKeep() == Keep.KEEP_BEST) {
            curves.put(scored, new Curve(scored, steps, settings.getSelection().getEverySteps(), MOST_POINTS));
        }
    }

    /** What scores on a split are called. */
    static String accuracy(String split) {
        return "accuracy/" + split + "/all";
    }

    private void every(String name) {
        curves.put(name, new Curve(name, steps, MOST_POINTS));
    }

    private static String part(String name) {
        return LOSS + "/" + name;
    }

    /** A step is done, the {@code stepsDone}-th. */
    void step(int stepsDone, StepMeasures measures, double learningRate) {
        curve(LOSS).add(stepsDone, measures.loss());
        curve(NORM).add(stepsDone, measures.gradientNorm());
        curve(RATE).at(stepsDone, learningRate);
        if (!parts.isEmpty()) {
            curve(part("answers")).add(stepsDone, measures.answers());
            measures.parts().forEach((name, value) -> curve(part(name)).add(stepsDone, value));
        }
    }

    /** Whether zeros are to be counted after so many steps. */
    boolean countsZeros(int stepsDone) {
        return countsZeros && CurvePoints.of(steps, MOST_ZEROS).contains(stepsDone);
    }

    /** Shares of zeros by name, after so many steps. */
    void zeros(int stepsDone, Map<String, Double> shares) {
        shares.forEach((name, share) -> curve(name).at(stepsDone, share));
    }

    /** The accuracy on the split that chooses a checkpoint. */
    void score(int stepsDone, double accuracy) {
        curve(scored).at(stepsDone, accuracy);
    }

    void state(StateFields fields) {
        curves.values().forEach(curve -> curve.state(fields));
    }

    TrainingHistory message() {
        TrainingHistory.Builder history =
                TrainingHistory.newBuilder().setTotalSteps(steps).setStepsPerEpoch(stepsPerEpoch);
        curves.values().forEach(curve -> history.addSeries(curve.series()));
        return history.build();
    }

    private Curve curve(String name) {
        Curve curve = curves.get(name);
        if (curve == null) {
            throw new IllegalArgumentException("Nothing was said of a curve " + name + " among " + curves.keySet());
        }
        return curve;
    }
}
