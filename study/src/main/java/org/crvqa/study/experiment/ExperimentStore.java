package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.plan.Plan;

/**
 * Experiments in the object store. {@code experiments/<id>/submission.json} (time, and the experiment with keys for
 * names) and its plan are written first, {@code spec.json} after them by create-if-absent: an experiment exists if and
 * only if its spec.json does, and its plan is the one whose digest stands there, whatever other plans lie beside it.
 * {@code cancelled} ends it; its {@linkplain Courses marks} tell whether it has ended otherwise. Blocks on the store and throws its {@link org.crvqa.artifacts.store.StoreException}.
 * Thread-safe.
 */
public final class ExperimentStore {
    static final String FOLDER = "experiments/";
    private static final String SPEC = "/spec.json";
    private static final String SUBMISSION = "/submission.json";
    private static final String CANCELLED = "/cancelled";
    /** In spec.json beside the fields of the experiment, none of which has this name. */
    private static final String PLAN = "plan_sha256";

    /** What tells the id of a later revision from that of the first. */
    private static final Pattern REVISION = Pattern.compile(".*-[0-9a-f]{12}-r([0-9]{1,6})");

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,60}");
    private static final int ID_DIGITS = 12;

    /** An experiment is sent in one message of at most 4 MiB, and its JSON is some times longer. */
    private static final long MOST_BYTES = 16 << 20;

    private final ObjectStore store;
    private final PlanStore plans;
    private final Clock clock;

    /** The store stays the caller's to close. */
    public ExperimentStore(ObjectStore store, Clock clock) {
        this.store = store;
        this.plans = new PlanStore(store);
        this.clock = clock;
    }

    /**
     * What a listing tells of an experiment.
     *
     * @param mark the number of its latest mark; 0 without one
     * @param settings the number of its latest settings; 0 without any
     * @param changed when one of its objects was written last
     */
    public record Listed(String id, int mark, int settings, Instant changed) {}

    /** What {@link #create} found. */
    public record Created(StoredExperiment experiment, boolean isNew) {}

    /** The id: the same content, with the same things behind its names, always has the same one. */
    public static String id(Experiment resolved) {
        return resolved.getName() + "-" + Sha256.hex(CanonicalJson.of(resolved)).substring(0, ID_DIGITS);
    }

    /**
     * The id of a revision of the same content: of what was cancelled, and then submitted again.
     *
     * @param revision from 1, the first, whose id is {@code id}
     */
    public static String revision(String id, int revision) {
        return revision == 1 ? id : id + "-r" + revision;
    }

    /** Which revision of its content an experiment with this id is. */
    public static int revision(String id) {
        Matcher matcher = REVISION.matcher(id);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
    }

    /**
     * Keeps an experiment with its plan, or returns the one that is there: of racing callers all get the same, with the
     * same plan. What a caller leaves that dies before the end is no experiment, and in nobody's way.
     */
    public Created create(Experiment experiment, Experiment resolved, Plan plan) {
        return create(id(resolved), experiment, resolved, plan);
    }

    /** The same for a {@linkplain #revision(String, int) revision}: {@code id} is its own. */
    public Created create(String id, Experiment experiment, Experiment resolved, Plan plan) {
        Struct submission = Struct.newBuilder()
                .putFields("submitted", text(clock.instant().toString()))
                .putFields("resolved", text(CanonicalJson.of(resolved)))
                .build();
        store.createIfAbsent(FOLDER + id + SUBMISSION, bytes(CanonicalJson.of(submission)));
        Struct.Builder spec = parse(id, CanonicalJson.of(experiment), Struct.newBuilder());
        spec.putFields(PLAN, text(plans.keep(id, plan)));
        boolean created = store.createIfAbsent(FOLDER + id + SPEC, bytes(CanonicalJson.of(spec.build())));
        return new Created(find(id).orElseThrow(), created);
    }

    /** The experiment with this id. @throws ArtifactCorruptException when what is stored cannot be read */
    public Optional<StoredExperiment> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return store.read(FOLDER + id + SPEC, MOST_BYTES).map(spec -> {
            Struct submission = parse(id, submission(id), Struct.newBuilder()).build();
            return new StoredExperiment(
                    id,
                    parse(id, string(spec), Experiment.newBuilder()).build(),
                    parse(id, field(submission, "resolved"), Experiment.newBuilder())
                            .build(),
                    submitted(id, submission),
                    store.exists(FOLDER + id + CANCELLED),
                    named(id, string(spec)));
        });
    }

    private static Optional<String> named(String id, String spec) {
        return Optional.of(field(parse(id, spec, Struct.newBuilder()).build(), PLAN))
                .filter(sha256 -> !sha256.isEmpty())
                .map(sha256 -> PlanStore.digest(FOLDER + id + SPEC, sha256));
    }

    /**
     * The plan of an experiment, as it was made when it was submitted. Empty for one that was submitted before plans
     * were written down, and to which none was given since.
     *
     * @throws ArtifactCorruptException when it is lost or damaged; the message names the object
     */
    public Optional<Plan> plan(StoredExperiment experiment) {
        return experiment
                .plan()
                .or(() -> plans.referred(experiment.id()))
                .map(sha256 -> plans.read(experiment.id(), sha256));
    }

    /**
     * Gives a plan to an experiment that has none, for good: of racing callers' plans all get the same one.
     *
     * @throws IllegalArgumentException when its spec.json names one
     */
    public Plan adopt(StoredExperiment experiment, Plan plan) {
        if (experiment.plan().isPresent()) {
            throw new IllegalArgumentException("Experiment " + experiment.id() + " has a plan");
        }
        plans.refer(experiment.id(), plans.keep(experiment.id(), plan));
        return plan(experiment).orElseThrow();
    }

    /** Ends an experiment for good. Idempotent. */
    public void cancel(String id) {
        store.createIfAbsent(FOLDER + id + CANCELLED, bytes(clock.instant().toString()));
    }

    /** All of them. Lists the store: for collections of garbage and sums over all experiments. */
    public List<String> ids() {
        return listed().stream().map(Listed::id).toList();
    }

    /** All of them, those that changed last first. Lists the store: for the start of a process. */
    public List<Listed> listed() {
        Map<String, Instant> changed = new HashMap<>();
        Map<String, TreeSet<Integer>> marks = new HashMap<>();
        Map<String, TreeSet<Integer>> settings = new HashMap<>();
        Set<String> found = new HashSet<>();
        store.visit(FOLDER, "", object -> {
            int end = object.name().indexOf('/', FOLDER.length());
            if (end > 0) {
                String id = object.name().substring(FOLDER.length(), end);
                changed.merge(id, object.modified(), (one, other) -> one.isAfter(other) ? one : other);
                Courses.number(object.name())
                        .ifPresent(mark -> marks.computeIfAbsent(id, none -> new TreeSet<>())
                                .add(mark));
                SettingsLog.number(object.name())
                        .ifPresent(number -> settings.computeIfAbsent(id, none -> new TreeSet<>())
                                .add(number));
                if (object.name().endsWith(SPEC) && ID.matcher(id).matches()) {
                    found.add(id);
                }
            }
            return true;
        });
        return found.stream()
                .map(id -> new Listed(
                        id,
                        Courses.last(marks.getOrDefault(id, new TreeSet<>())),
                        Courses.last(settings.getOrDefault(id, new TreeSet<>())),
                        changed.get(id)))
                .sorted(Comparator.comparing(Listed::changed).reversed().thenComparing(Listed::id))
                .toList();
    }

    private String submission(String id) {
        return string(store.read(FOLDER + id + SUBMISSION, MOST_BYTES)
                .orElseThrow(() -> new ArtifactCorruptException("Experiment " + id + " has no submission.json")));
    }

    private static Instant submitted(String id, Struct submission) {
        try {
            return Instant.parse(field(submission, "submitted"));
        } catch (DateTimeParseException e) {
            throw new ArtifactCorruptException("Experiment " + id + " has a submission.json without a time", e);
        }
    }

    private static <B extends Message.Builder> B parse(String id, String json, B target) {
        try {
            // A newer coordinator may have written fields that this one does not know.
            JsonFormat.parser().ignoringUnknownFields().merge(json, target);
            return target;
        } catch (InvalidProtocolBufferException | StackOverflowError e) {
            throw new ArtifactCorruptException("Experiment " + id + " is stored as something that is not JSON", e);
        }
    }

    private static String field(Struct struct, String name) {
        return struct.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static String string(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
