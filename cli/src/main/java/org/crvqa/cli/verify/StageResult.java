package org.crvqa.cli.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Manifests;

/**
 * Both runs of one stage.
 *
 * @param stage "stage 1" or "stage 2"
 * @param worker host:port
 * @param steps of each run
 * @param cadence the most steps between two states of the whole run; 0: it saved none
 * @param kills in order
 * @param whole result of the run that nobody killed
 * @param killed result of the other; empty when it did not take place
 */
record StageResult(
        String stage,
        String worker,
        int steps,
        int cadence,
        List<Kill> kills,
        Manifest whole,
        Optional<Manifest> killed) {
    StageResult {
        kills = List.copyOf(kills);
    }

    Verdict verdict() {
        if (killed.isPresent() && (!sameBytes() || !differingMetrics().isEmpty())) {
            return Verdict.DIFFERENT;
        }
        return resumptions() > 0 ? Verdict.EQUAL : Verdict.NO_PROOF;
    }

    long resumptions() {
        return kills.stream().filter(kill -> kill.resumedAt().isPresent()).count();
    }

    String wholeDigest() {
        return Manifests.contentDigest(whole);
    }

    Optional<String> killedDigest() {
        return killed.map(Manifests::contentDigest);
    }

    private boolean sameBytes() {
        return killedDigest().equals(Optional.of(wholeDigest()));
    }

    /** Names of the metrics that are not the same in both, sorted. */
    List<String> differingMetrics() {
        Map<String, Double> first = whole.getMetricsMap();
        Map<String, Double> second = killed.orElse(whole).getMetricsMap();
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        names.removeIf(name -> first.containsKey(name)
                && second.containsKey(name)
                // Bit by bit: the same computation gives the same NaN too.
                && Double.doubleToLongBits(first.get(name)) == Double.doubleToLongBits(second.get(name)));
        return List.copyOf(names);
    }
}
