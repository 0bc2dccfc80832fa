package org.crvqa.coordinator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Mark;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.SettingsLog;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.reading.StoredTasks;
import org.crvqa.study.reading.Unreadable;
import org.crvqa.study.threads.Fatal;
import org.crvqa.study.threads.ParallelReads;
import org.jboss.logging.Logger;

/**
 * Brings the experiments of the store to the dispatcher after a start. First a survey: which experiments there are, and
 * which have ended, by one object each. Then the tasks of those that are open, several experiments at once; each is
 * dispatched as soon as it is read. Of those that have ended nothing is read until somebody asks.
 *
 * <p>A read that fails is tried again until the term ends. An experiment of which something cannot be read, or that
 * surprises this release in any other way, is set aside, and the others go on. Thread-safe.
 */
final class Loader {
    private static final Logger LOG = Logger.getLogger(Loader.class);

    /** At once; the reads of each go side by side, too. */
    static final int EXPERIMENTS_AT_ONCE = 4;

    private static final int MOST_PROBLEM = 600;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ExperimentStore store;
    private final Courses courses;
    private final SettingsLog settings;
    private final CourseWriter writer;
    private final Tasks tasks;
    private final Dispatcher dispatcher;
    private final Catalogue catalogue;
    private final ParallelReads reads;
    /** Open experiments that are still to be read; negative while it is not known which there are. */
    private final AtomicInteger left = new AtomicInteger(-1);

    Loader(
            ExperimentStore store,
            Courses courses,
            SettingsLog settings,
            CourseWriter writer,
            Tasks tasks,
            Dispatcher dispatcher,
            Catalogue catalogue,
            ParallelReads reads) {
        this.store = store;
        this.courses = courses;
        this.settings = settings;
        this.writer = writer;
        this.tasks = tasks;
        this.dispatcher = dispatcher;
        this.catalogue = catalogue;
        this.reads = reads;
    }

    /**
     * Does {@code before} and everything else on the threads of {@code scheduler}; {@code surveyed} is called once, when
     * the survey is done.
     */
    void begin(ScheduledExecutorService scheduler, Runnable before, Runnable surveyed) {
        untilItWorks(scheduler, "Reading which experiments there are", FIRST_PAUSE, () -> {
            before.run();
            List<String> open = survey();
            left.set(open.size());
            surveyed.run();
            StoredTasks stored = tasks.stored(open.size());
            open.forEach(id -> untilItWorks(scheduler, "Reading experiment " + id, FIRST_PAUSE, () -> {
                load(id, stored);
                left.decrementAndGet();
            }));
        });
    }

    /** Whether each experiment that was open at the start has been read, or set aside. */
    boolean isDone() {
        return left.get() == 0;
    }

    /** The same at once and on this thread; what fails is not tried again. */
    void run() {
        List<String> open = survey();
        StoredTasks stored = tasks.stored(open.size());
        open.forEach(id -> load(id, stored));
    }

    private static void untilItWorks(ScheduledExecutorService scheduler, String what, Duration pause, Runnable action) {
        scheduler.execute(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                Fatal.check(e);
                LOG.warnf("%s is tried again in %d s: %s", what, pause.toSeconds(), e.getMessage());
                Duration next =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                var unused = scheduler.schedule(
                        () -> untilItWorks(scheduler, what, next, action), pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Finds out which experiments there are; those whose tasks are to be read, in the order in which to do it. */
    List<String> survey() {
        List<ExperimentStore.Listed> listed = store.listed();
        List<String> open = new ArrayList<>();
        reads.each(listed, this::survey).forEach((experiment, known) -> {
            note(experiment.id(), known);
            if (known instanceof Known.Open) {
                open.add(experiment.id());
            }
        });
        LOG.infof("%d experiments are in the store, %d of them are open", listed.size(), open.size());
        return open;
    }

    private Known survey(ExperimentStore.Listed listed) {
        if (listed.settings() > 0) {
            catalogue.settings(listed.id(), settings.at(listed.id(), listed.settings()));
        }
        return survey(listed.id(), courses.at(listed.id(), listed.mark()));
    }

    private Known survey(String id, Courses.Place place) {
        if (place.mark().kind() == Mark.Kind.ENDED) {
            return new Known.Ended(place);
        }
        try {
            return store.find(id)
                    .<Known>map(stored -> new Known.Open(stored, place))
                    .orElseThrow(() -> new ArtifactCorruptException("experiments/" + id + "/spec.json is gone"));
        } catch (RuntimeException | StackOverflowError e) {
            return unreadable(id, Optional.empty(), e);
        }
    }

    /** Looks at one experiment as if it had not been seen, and reads its tasks when it is open. False: there is none. */
    boolean again(String id) {
        if (store.find(id).isEmpty()) {
            return false;
        }
        catalogue.settings(id, settings.latest(id));
        note(id, survey(id, courses.latest(id)));
        load(id);
        return true;
    }

    /**
     * Reads the tasks of an experiment and gives it to the dispatcher, unless that has been done. Whoever comes second
     * waits for the first.
     *
     * @throws StoreException when the store does not answer
     */
    void load(String id) {
        load(id, tasks.stored(1));
    }

    private void load(String id, StoredTasks shared) {
        if (catalogue.find(id).orElse(null) instanceof Known.Open open) {
            synchronized (open) {
                if (catalogue.find(id).orElse(null) == open) {
                    note(id, load(open, shared));
                }
            }
        }
    }

    private Known load(Known.Open open, StoredTasks shared) {
        StoredExperiment stored = open.stored();
        try {
            Plan plan = tasks.plan(stored);
            Map<ArtifactKey, TaskHistory> histories = shared.histories(plan.tasks());
            Optional<EndedRecord> end = tasks.endByStore(stored, plan, histories);
            if (end.isPresent()) {
                return new Known.Ended(writer.end(stored.id(), open.place(), end.get()));
            }
            Courses.Place place = writer.take(stored.id(), open.place());
            return place.mark().kind() == Mark.Kind.ENDED
                    ? new Known.Ended(place)
                    : toBoard(stored, plan, histories, place);
        } catch (RuntimeException | StackOverflowError e) {
            return unreadable(stored.id(), Optional.of(stored), e);
        }
    }

    /** Gives an experiment to the dispatcher. */
    Known.OnBoard toBoard(
            StoredExperiment stored, Plan plan, Map<ArtifactKey, TaskHistory> histories, Courses.Place place) {
        boolean cancel = place.mark().kind() == Mark.Kind.CANCEL;
        Settings set = catalogue.settings(stored.id()).settings();
        Waiting.on(
                cancel
                        ? dispatcher.addCancelled(stored, plan, histories, set)
                        : dispatcher.add(stored, Optional.of(plan), histories, set));
        return new Known.OnBoard(stored, place, plan.otherVersion().isEmpty());
    }

    private void note(String id, Known known) {
        if (known instanceof Known.Unreadable unreadable) {
            catalogue.setAside(id, unreadable);
        } else {
            catalogue.put(id, known);
        }
    }

    private static Known.Unreadable unreadable(String id, Optional<StoredExperiment> stored, Throwable error) {
        return new Known.Unreadable(Unreadable.problem(id, error), stored);
    }
}
