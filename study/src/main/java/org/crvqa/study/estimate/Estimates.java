package org.crvqa.study.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.study.plan.Plan;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;

/**
 * Estimates the device time of a plan's tasks that are not done. A rate that the caller gives comes before what the
 * store's tasks took, since it is given on purpose: for another machine, say. Work without a rate stays unknown.
 */
public final class Estimates {
    private final Plan plan;
    private final Set<ArtifactKey> done;
    private final Map<ArtifactKey, String> models;
    private final Function<ArtifactKey, Optional<Manifest>> manifests;

    /**
     * @param done tasks of the plan that are in the store
     * @param models names of the plan's models by key, as the experiment calls them
     * @param manifests asks the store
     */
    public Estimates(
            Plan plan,
            Set<ArtifactKey> done,
            Map<ArtifactKey, String> models,
            Function<ArtifactKey, Optional<Manifest>> manifests) {
        this.plan = plan;
        this.done = Set.copyOf(done);
        this.models = Map.copyOf(models);
        this.manifests = manifests;
    }

    /**
     * An estimate.
     *
     * @param taskSeconds of each task that is to run and whose rate is known
     */
    public record Estimated(PlanEstimate whole, Map<ArtifactKey, Double> taskSeconds) {
        public Estimated {
            taskSeconds = Map.copyOf(taskSeconds);
        }
    }

    /** {@code others}: plans whose finished tasks may tell rates, the best first; read only as far as they are needed. */
    public Estimated estimate(List<MeasuredRate> given, Iterator<Plan> others) {
        if (plan.tasks().isEmpty()) {
            return new Estimated(PlanEstimate.newBuilder().setComplete(true).build(), Map.of());
        }
        ArtifactKey datasetKey =
                new ArtifactKey(Efforts.datasetKey(plan.tasks().get(0).spec()));
        Manifest dataset = manifests.apply(datasetKey).orElse(Manifest.getDefaultInstance());
        Map<ArtifactKey, Effort> efforts = Efforts.of(plan, datasetKey, dataset.getDataset());
        Map<WorkProfile, Finding> findings = new LinkedHashMap<>();
        GivenRates first =
                new GivenRates(given, modelManifests(), dataset.getDataset().getAnswers());
        efforts.forEach((key, effort) -> {
            if (!done.contains(key)) {
                findings.computeIfAbsent(effort.profile(), first::find);
            }
        });
        StoreRates store = new StoreRates(datasetKey, dataset.getDataset(), manifests);
        fromStore(store, findings, others);
        findings.replaceAll((profile, finding) -> finding instanceof Finding.Missing && isUntrained(profile)
                ? new Finding.Found(Rate.nothing())
                : finding);
        return sum(efforts, findings);
    }

    private Map<ArtifactKey, Manifest> modelManifests() {
        Map<ArtifactKey, Manifest> found = new HashMap<>();
        models.keySet().forEach(key -> manifests.apply(key).ifPresent(manifest -> found.put(key, manifest)));
        return found;
    }

    private void fromStore(StoreRates store, Map<WorkProfile, Finding> findings, Iterator<Plan> others) {
        Plan next = plan;
        while (true) {
            Set<WorkProfile> wanted = new HashSet<>();
            findings.forEach((profile, finding) -> {
                if (finding instanceof Finding.Missing) {
                    wanted.add(profile);
                }
            });
            if (wanted.isEmpty()) {
                return;
            }
            store.add(next, wanted);
            wanted.forEach(
                    profile -> store.find(profile).ifPresent(rate -> findings.put(profile, new Finding.Found(rate))));
            if (!others.hasNext()) {
                return;
            }
            next = others.next();
        }
    }

    private static boolean isUntrained(WorkProfile profile) {
        return profile.method().isPresent() && !profile.trains();
    }

    private Estimated sum(Map<ArtifactKey, Effort> efforts, Map<WorkProfile, Finding> findings) {
        Map<WorkProfile, WorkEstimate.Builder> works = new LinkedHashMap<>();
        Map<ArtifactKey, Double> taskSeconds = new HashMap<>();
        efforts.forEach((key, effort) -> {
            WorkEstimate.Builder work = works.computeIfAbsent(effort.profile(), this::row);
            if (done.contains(key)) {
                work.setTasksDone(work.getTasksDone() + 1);
                return;
            }
            work.setTasksToRun(work.getTasksToRun() + 1)
                    .setSteps(work.getSteps() + effort.steps())
                    .setQuestions(work.getQuestions() + effort.questions());
            if (findings.get(effort.profile()) instanceof Finding.Found found) {
                taskSeconds.put(key, found.rate().seconds(effort));
            }
        });
        PlanEstimate.Builder whole = PlanEstimate.newBuilder().setComplete(true);
        works.forEach((profile, work) -> {
            Optional<Finding> finding = Optional.ofNullable(findings.get(profile));
            finding.ifPresent(known -> describe(known, work));
            if (finding.isEmpty() || finding.get() instanceof Finding.Found) {
                work.setDeviceSeconds(seconds(profile, efforts, taskSeconds));
            }
            whole.setComplete(whole.getComplete() && work.hasDeviceSeconds())
                    .setDeviceSeconds(whole.getDeviceSeconds() + work.getDeviceSeconds());
        });
        works.values().stream()
                .sorted(Comparator.comparing(WorkEstimate.Builder::getWork))
                .forEach(whole::addWorks);
        return new Estimated(whole.addAllNotes(notes(findings)).build(), taskSeconds);
    }

    private static double seconds(
            WorkProfile profile, Map<ArtifactKey, Effort> efforts, Map<ArtifactKey, Double> taskSeconds) {
        return efforts.entrySet().stream()
                .filter(task -> task.getValue().profile().equals(profile))
                .mapToDouble(task -> taskSeconds.getOrDefault(task.getKey(), 0.0))
                .sum();
    }

    private WorkEstimate.Builder row(WorkProfile profile) {
        return WorkEstimate.newBuilder()
                .setWork(profile.work())
                .setModel(models.getOrDefault(profile.model(), profile.model().abbreviated()))
                .setMethod(profile.method().orElse(PruneMethod.PRUNE_METHOD_UNSPECIFIED))
                .setPrecision(isUntrained(profile) ? Precision.PRECISION_UNSPECIFIED : profile.precision())
                .setBatchSize(profile.batchSize());
    }

    private static void describe(Finding finding, WorkEstimate.Builder work) {
        if (finding instanceof Finding.Found found) {
            work.setRate(found.rate().words()).addAllNotes(found.rate().notes());
            found.rate().tasks().forEach(key -> work.addMeasuredKeys(key.hex()));
        } else if (finding instanceof Finding.Missing missing) {
            work.setRate(missing.reason());
        }
    }

    private static List<String> notes(Map<WorkProfile, Finding> findings) {
        Set<String> devices = new TreeSet<>();
        boolean given = false;
        for (Finding finding : findings.values()) {
            if (finding instanceof Finding.Found found && !found.rate().device().isEmpty()) {
                devices.add(found.rate().device());
                given |= found.rate().tasks().isEmpty();
            }
        }
        List<String> notes = new ArrayList<>();
        if (given) {
            notes.add("benchmarks measure steps and answers alone: start-up, saved states and uploads come on top");
        }
        if (devices.size() > 1) {
            notes.add("hours of unlike devices are added up: " + String.join(" and ", devices));
        }
        return notes;
    }
}
