package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.ProxyRule;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.it.Installation;

/** What happened in a soak, counted. */
final class SoakSummary {
    private static final Pattern OUTCOME = Pattern.compile("\"outcome\":\\s*\"([^\"]*)\"");

    private final Instant began = Instant.now();
    private Map<String, Integer> kills = Map.of();
    private Map<String, Integer> ends = Map.of();
    private List<String> upgraded = List.of();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> endings = new TreeMap<>();
    private final List<String> claims = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private int experiments;
    private int tasks;
    private int attempts;
    private int resumed;
    private long stepsSaved;
    private long storeFaults;

    /** By process: killed, and ended without being killed. */
    void kills(Map<String, Integer> killed, Map<String, Integer> ended) {
        kills = killed;
        ends = ended;
    }

    /** Services that were replaced, in order. */
    void upgraded(List<String> services) {
        upgraded = services;
    }

    /** What the wrong workers did and what was done about them, once {@link #tasks} has counted. */
    void wrongWorkers(WrongWorkers workers) {
        wrong.add("wrong workers: " + claims(workers.stranger()) + " attempts given to the one with another store, "
                + claims(workers.failing()) + " to the one that fails all, of which " + failures(workers.failing())
                + " failed");
        wrong.addAll(workers.lines());
    }

    private long claims(String worker) {
        return claims.stream().filter(claim -> claim.contains(worker)).count();
    }

    private long failures(String worker) {
        return outcomes.stream()
                .filter(outcome -> outcome.contains("\"failed\"") && outcome.contains(worker))
                .count();
    }

    /** The rules: 503, lost answers, dropped requests. */
    void storeFaults(List<ProxyRule> rules, int requests) {
        List<String> names = List.of("answered 503", "applied without an answer", "dropped");
        for (int i = 0; i < rules.size(); i++) {
            faults.add(rules.get(i).faults() + " " + names.get(i));
            storeFaults += rules.get(i).faults();
        }
        faults.add("of " + requests + " requests");
    }

    /** Attempts and resumes of all tasks, from the store. */
    void tasks(OpenStore store, Collection<ExperimentStatus> ended) {
        experiments = ended.size();
        for (ExperimentStatus experiment : ended) {
            for (TaskStatus task : experiment.getTasksList()) {
                tasks++;
                List<String> given = Invariants.claims(store.objects(), task.getKey());
                attempts += given.size();
                claims.addAll(given);
                for (String outcome : Invariants.outcomes(store.objects(), task.getKey())) {
                    outcomes.add(outcome);
                    Matcher word = OUTCOME.matcher(outcome);
                    endings.merge(word.find() ? word.group(1) : "unknown", 1, Integer::sum);
                }
                Producer producer = store.artifacts()
                        .find(new ArtifactKey(task.getKey()))
                        .map(manifest -> manifest.getProducer())
                        .orElse(Producer.getDefaultInstance());
                resumed += producer.getResumedStep() > 0 ? 1 : 0;
                stepsSaved += producer.getResumedStep();
            }
        }
    }

    int tasks() {
        return tasks;
    }

    /** Prints the summary and leaves it in target/soak-summary.txt. */
    void write(Duration planned, long seed) throws IOException {
        String text = """
                soak: %d min of kills, %d s in all, seed %d
                experiments: %d, tasks: %d, attempts: %d
                kills: %d %s
                ended by themselves: %d %s
                upgraded: %d %s
                %s
                attempts that brought no result, by ending: %s
                results of a resumed attempt: %d, steps not done again: %d
                store: %s
                """.formatted(
                        planned.toMinutes(),
                        Duration.between(began, Instant.now()).toSeconds(),
                        seed,
                        experiments,
                        tasks,
                        attempts,
                        total(kills),
                        kills,
                        total(ends),
                        ends,
                        upgraded.size(),
                        upgraded,
                        String.join("\n", wrong),
                        endings,
                        resumed,
                        stepsSaved,
                        String.join(", ", faults));
        text.lines().forEach(Installation::log);
        Files.writeString(Path.of("target", "soak-summary.txt"), text);
    }

    /** Otherwise the soak would prove nothing. */
    void assertTheFaultsBit(WrongWorkers workers) {
        assertThat(total(kills)).isPositive();
        assertThat(kills).containsKey("coordinator");
        assertThat(attempts).isGreaterThan(tasks);
        assertThat(storeFaults).isPositive();
        assertThat(resumed).isPositive();
        assertThat(workers.strangerWasSetAside()).isTrue();
        assertThat(claims(workers.stranger()))
                .as("attempts given to the worker with another store")
                .isZero();
        assertThat(failures(workers.failing())).isPositive();
        assertThat(workers.failingWasSetAside()).isPositive();
    }

    private static int total(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
