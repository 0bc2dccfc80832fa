package org.crvqa.study.attempt;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.KeyListing;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.v1.TaskAttempt;
import org.crvqa.study.report.EndedAttempt;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * Attempts at tasks in the store. {@code tasks/<key>/attempts/<n>.json} claims attempt n by create-if-absent;
 * {@code <n>.outcome.json} beside it says how it ended, when it ended without a result; {@code <n>.death.json} what a
 * worker that was lost said of its death. {@code tasks/<key>/pardons/<n>.json} makes attempts up to n count no more. Blocks on the store, and throws
 * its {@link org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class AttemptLog {
    private static final String FOLDER = "tasks/";
    private static final int FIRST_ATTEMPT = 1;

    private final ObjectStore store;
    private final ArtifactRepository artifacts;
    private final Clock clock;

    /** The store stays the caller's to close. */
    public AttemptLog(ObjectStore store, ArtifactRepository artifacts, Clock clock) {
        this.store = store;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /** What the store says of a task; the artifact, when there is one, settles it. */
    public TaskHistory history(ArtifactKey key) {
        Optional<Manifest> manifest;
        try {
            manifest = artifacts.find(key);
        } catch (ArtifactCorruptException e) {
            return TaskHistory.unreadable(unreadable(key, e));
        }
        if (manifest.isPresent()) {
            return TaskHistory.done(manifest.get());
        }
        TaskHistory.Tally tally = new TaskHistory.Tally();
        for (int attempt = FIRST_ATTEMPT; store.exists(claimName(key, attempt)); attempt++) {
            tally.attempt(attempt, outcome(key, attempt), death(key, attempt));
            if (tally.isHeldAgainst() && store.exists(pardonName(key, attempt))) {
                tally.pardon();
            }
        }
        return tally.history();
    }

    /**
     * The same for a task that somebody has just asked for, mostly with one request: nobody makes what nobody has
     * attempted. Should its artifact have come into the store in another way, such as a copy, the worker that is given the
     * task answers with it.
     */
    public TaskHistory historyIfAttempted(ArtifactKey key) {
        return store.exists(claimName(key, FIRST_ATTEMPT)) ? history(key) : TaskHistory.NONE;
    }

    /** The listing that tells which tasks are done, whatever their manifests hold. */
    public KeyListing manifests() {
        return new KeyListing(store, ArtifactLayout.FOLDER, ArtifactLayout.MANIFEST);
    }

    /** The listing that tells which tasks have been attempted. */
    public KeyListing firstClaims() {
        return new KeyListing(store, FOLDER, claim(FIRST_ATTEMPT));
    }

    /** The failure of a task whose own artifact is there and cannot be read: no attempt would mend it. */
    public static TaskFailure unreadable(ArtifactKey key, ArtifactCorruptException error) {
        return TaskFailure.newBuilder()
                .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
                .setCause(String.valueOf(error.getMessage()))
                .setAdvice("Have it made again: 'crvqa gc --discard " + key
                        + " --apply' removes it, then 'crvqa retry EXPERIMENT' runs what needs it.")
                .build();
    }

    private Optional<Outcome> outcome(ArtifactKey key, int attempt) {
        return store.read(outcomeName(key, attempt)).map(content -> Outcome.parse(key, content));
    }

    private Optional<Outcome> death(ArtifactKey key, int attempt) {
        return store.read(deathName(key, attempt)).map(content -> Outcome.parse(key, content));
    }

    /** The artifact of a task, when there is one. */
    public Optional<Manifest> result(ArtifactKey key) {
        return artifacts.find(key);
    }

    /** Whether a task's artifact exists. */
    public boolean isDone(ArtifactKey key) {
        return artifacts.find(key).isPresent();
    }

    /** Of the task's result; empty: there is none. @throws ArtifactCorruptException when it cannot be read */
    public Optional<Manifest> manifest(ArtifactKey key) {
        return artifacts.find(key);
    }

    /** Claims the first attempt after {@code latest} that nobody has, and returns its number. */
    public int claim(ArtifactKey key, int latest, String worker, long term) {
        Struct claim = Struct.newBuilder()
                .putFields("worker", Value.newBuilder().setStringValue(worker).build())
                .putFields(
                        "term", Value.newBuilder().setNumberValue((double) term).build())
                .putFields(
                        "time",
                        Value.newBuilder()
                                .setStringValue(clock.instant().toString())
                                .build())
                .build();
        byte[] content = CanonicalJson.of(claim).getBytes(StandardCharsets.UTF_8);
        int number = latest + 1;
        while (!store.createIfAbsent(claimName(key, number), content)) {
            number++;
        }
        return number;
    }

    /** Keeps how an attempt ended. Of several records of one attempt the first stays. */
    public void record(ArtifactKey key, int attempt, Outcome outcome) {
        store.createIfAbsent(outcomeName(key, attempt), outcome.json(clock.instant()));
    }

    /** Keeps how the worker of a lost attempt died, which it says when it is back. The first record stays. */
    public void recordDeath(ArtifactKey key, int attempt, Outcome death) {
        store.createIfAbsent(deathName(key, attempt), death.json(clock.instant()));
    }

    /** Makes a task's attempts up to this one count no more. Idempotent. */
    public void pardon(ArtifactKey key, int latestAttempt) {
        store.createIfAbsent(
                pardonName(key, latestAttempt), clock.instant().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** All attempts at a task, as far as they were recorded. */
    public List<EndedAttempt> attempts(ArtifactKey key) {
        List<EndedAttempt> all = new ArrayList<>();
        for (int attempt = FIRST_ATTEMPT; store.exists(claimName(key, attempt)); attempt++) {
            all.add(ended(outcome(key, attempt), death(key, attempt)));
        }
        return all;
    }

    private static EndedAttempt ended(Optional<Outcome> outcome, Optional<Outcome> death) {
        Optional<String> cause = death.map(Outcome::word).or(() -> outcome.map(AttemptLog::cause));
        AttemptFigures figures = outcome.map(Outcome::figures).orElse(AttemptFigures.NONE);
        return new EndedAttempt(cause, figures.ran(), figures.lost());
    }

    private static String cause(Outcome outcome) {
        return outcome.word()
                + outcome.failure()
                        .map(failure -> ": "
                                + failure.getKind()
                                        .name()
                                        .replace("FAILURE_KIND_", "")
                                        .replace('_', ' ')
                                        .toLowerCase(Locale.ROOT))
                        .orElse("");
    }

    /** How many attempts there were at a task, as far as they were claimed. Costs the logarithm of the number. */
    public int count(ArtifactKey key) {
        int some = 0;
        int none = 1;
        while (store.exists(claimName(key, none))) {
            some = none;
            none *= 2;
        }
        while (none - some > 1) {
            int middle = (some + none) >>> 1;
            if (store.exists(claimName(key, middle))) {
                some = middle;
            } else {
                none = middle;
            }
        }
        return some;
    }

    /** One attempt, which was claimed, as clients see it; whether it made the artifact is the caller's to know. */
    public TaskAttempt attempt(ArtifactKey key, int number) {
        TaskAttempt.Builder attempt = TaskAttempt.newBuilder().setNumber(number);
        store.read(claimName(key, number)).ifPresent(content -> {
            Struct.Builder claim = StoredFields.parse(claimName(key, number), content);
            attempt.setWorker(StoredFields.text(claim, "worker"));
            StoredFields.time(claim, "time").ifPresent(attempt::setBegan);
        });
        store.read(outcomeName(key, number)).ifPresent(content -> {
            StoredFields.time(StoredFields.parse(outcomeName(key, number), content), "time")
                    .ifPresent(attempt::setEnded);
            show(attempt, Outcome.parse(key, content));
        });
        // What killed its worker says more than that it was lost.
        death(key, number).ifPresent(death -> show(attempt, death));
        return attempt.build();
    }

    private static void show(TaskAttempt.Builder attempt, Outcome outcome) {
        attempt.setOutcome(outcome.shown())
                .setDetail(outcome.word() + (outcome.cause().isEmpty() ? "" : ": " + outcome.cause()));
        outcome.failure().ifPresent(attempt::setFailure);
    }

    /** The latest attempt that counts no more; 0: all count. Costs a listing. */
    public int pardoned(ArtifactKey key) {
        return store.list("tasks/" + key + "/pardons/").stream()
                .map(name -> name.replaceAll(".*/|\\.json$", ""))
                .filter(number -> number.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }

    private static String claimName(ArtifactKey key, int attempt) {
        return FOLDER + key + "/" + claim(attempt);
    }

    private static String claim(int attempt) {
        return "attempts/" + attempt + ".json";
    }

    private static String outcomeName(ArtifactKey key, int attempt) {
        return FOLDER + key + "/attempts/" + attempt + ".outcome.json";
    }

    private static String deathName(ArtifactKey key, int attempt) {
        return FOLDER + key + "/attempts/" + attempt + ".death.json";
    }

    private static String pardonName(ArtifactKey key, int attempt) {
        return FOLDER + key + "/pardons/" + attempt + ".json";
    }
}
