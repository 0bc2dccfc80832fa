package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.crvqa.coordinator.v1.TaskKind;

/**
 * Ready tasks in the order in which they are given out: higher priority; then the experiment that occupies fewer workers
 * of that kind; then the one that waited longest for its turn there; then the older one; then the order of its plan. A
 * task that several experiments need counts for the one that stands best; so the best experiment that has a task to
 * offer is the one on whose account all its tasks run, and only the first of these has to be found.
 *
 * <p>A task is filed when anything of it changes ({@link #file}); nothing is ever searched. Costs grow with the logarithm
 * of the number of experiments, and with how many of them need the task. Owned by the event loop.
 */
final class ReadyQueue {
    /** Where a task is filed. */
    enum Filed {
        /** It is not ready, or it is on its way to a worker. */
        NOWHERE,
        /** Among those that may be given out. */
        OFFERED,
        /** It may be given out, and none of the workers that wait for work shall have it. */
        WITHHELD,
        /** Its pause is not over. */
        DELAYED,
        /** The worker that had it last has not been asked yet. */
        ASKING
    }

    private record Delayed(Instant until, int number, Task task) {}

    private final Clock clock;
    private final int lossesWithoutProgress;
    /** Experiments that offer a task of a kind, best first. */
    private final Map<TaskKind, TreeSet<ExperimentEntry>> offering = new EnumMap<>(TaskKind.class);

    /** Offered tasks that may have to be given up instead. */
    private final Map<TaskKind, Set<Task>> doubtful = new EnumMap<>(TaskKind.class);

    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparing(Delayed::until).thenComparingInt(Delayed::number));
    private final Set<Task> asking = new LinkedHashSet<>();

    /** How many a worker could be given now, whether or not there is one that should have it. */
    private final int[] waiting = new int[TaskKind.values().length];

    /** {@code lossesWithoutProgress}: as in {@link DispatchSettings}. */
    ReadyQueue(Clock clock, int lossesWithoutProgress) {
        this.clock = clock;
        this.lossesWithoutProgress = lossesWithoutProgress;
        for (TaskKind kind : TaskKind.values()) {
            offering.put(kind, new TreeSet<>(bestFirst(kind)));
            doubtful.put(kind, new TreeSet<>(Comparator.comparingInt((Task task) -> task.number)));
        }
    }

    private static Comparator<ExperimentEntry> bestFirst(TaskKind kind) {
        return Comparator.comparingInt(ExperimentEntry::priority)
                .reversed()
                .thenComparingInt(entry -> entry.running(kind))
                .thenComparingLong(entry -> entry.lastServed(kind))
                .thenComparing(entry -> entry.stored.submitted())
                .thenComparing(ExperimentEntry::id);
    }

    /** Puts a task where it belongs now. */
    void file(Task task) {
        file(task, place(task));
    }

    private void file(Task task, Filed to) {
        if (to == Filed.NOWHERE && task.filed == Filed.NOWHERE) {
            return;
        }
        // An experiment that needs it since, or needs it no more, offers it accordingly.
        for (TaskPlace member : task.places) {
            offer(member, to == Filed.OFFERED && member.entry.givesOut());
        }
        if (to == Filed.DELAYED) {
            delayed.add(new Delayed(task.notBefore, task.number, task));
        }
        change(doubtful.get(task.plan.kind()), task, to == Filed.OFFERED && isDoubtful(task));
        change(asking, task, to == Filed.ASKING);
        boolean waits = isWaiting(task, to);
        waiting[task.plan.kind().getNumber()] += Boolean.compare(waits, task.waits);
        task.waits = waits;
        task.filed = to;
    }

    private Filed place(Task task) {
        if (task.state != TASK_STATE_READY || task.current != null || !task.isNeeded()) {
            return Filed.NOWHERE;
        }
        if (task.notBefore.isAfter(clock.instant())) {
            return Filed.DELAYED;
        }
        if (task.awaitsAnswer()) {
            return Filed.ASKING;
        }
        return Filed.OFFERED;
    }

    private boolean isDoubtful(Task task) {
        return task.losses.inVain() >= lossesWithoutProgress || OtherVersion.concerns(task);
    }

    private static void change(Set<Task> set, Task task, boolean in) {
        if (in) {
            set.add(task);
        } else {
            set.remove(task);
        }
    }

    private void offer(TaskPlace member, boolean is) {
        ExperimentEntry entry = member.entry;
        TaskKind kind = member.task.plan.kind();
        boolean before = entry.offers(kind);
        entry.offer(member, is);
        if (entry.offers(kind) && !before) {
            offering.get(kind).add(entry);
        } else if (!entry.offers(kind) && before) {
            offering.get(kind).remove(entry);
        }
    }

    /** Notes that a task is on its way to a worker, or is not any more. */
    void occupied(Task task, boolean is) {
        task.places.forEach(member -> occupied(member, is));
        file(task);
    }

    /** Notes the same for one of the experiments that it is in. */
    void occupied(TaskPlace member, boolean is) {
        rank(member.entry, member.task.plan.kind(), () -> member.entry.occupy(member.task, is));
    }

    /** Changes what an experiment's rank depends on. */
    private void rank(ExperimentEntry entry, TaskKind kind, Runnable change) {
        TreeSet<ExperimentEntry> ranked = offering.get(kind);
        boolean in = ranked.remove(entry);
        change.run();
        if (in) {
            ranked.add(entry);
        }
    }

    /** Changes what the rank of an experiment depends on for every kind, such as its priority. */
    void rank(ExperimentEntry entry, Runnable change) {
        List<TaskKind> in = offering.entrySet().stream()
                .filter(ranked -> ranked.getValue().remove(entry))
                .map(Map.Entry::getKey)
                .toList();
        change.run();
        in.forEach(kind -> offering.get(kind).add(entry));
    }

    /** Files again what waited for the time that it is now, or for the answer of a worker that has answered. */
    void wake() {
        Instant now = clock.instant();
        while (!delayed.isEmpty() && !delayed.peek().until().isAfter(now)) {
            Task task = delayed.poll().task();
            if (task.filed == Filed.DELAYED) {
                file(task);
            }
        }
        // Few: a task waits here between the loss of its worker and the next Describe, whether answered or not.
        if (!asking.isEmpty()) {
            List.copyOf(asking).forEach(this::file);
        }
    }

    private static boolean isWaiting(Task task, Filed filed) {
        return (filed == Filed.OFFERED || filed == Filed.WITHHELD) && !task.isPaused();
    }

    /** Tasks of a kind that could run now if there were workers for them; those of experiments that are paused could not. */
    int waiting(TaskKind kind) {
        return waiting[kind.getNumber()];
    }

    /** The task of a kind that would be given out next. */
    Optional<Task> first(TaskKind kind) {
        TreeSet<ExperimentEntry> ranked = offering.get(kind);
        return ranked.isEmpty() ? Optional.empty() : Optional.of(ranked.first().first(kind));
    }

    /** Notes that this task is given out: the experiment on whose account it runs has had its turn at {@code step}. */
    void served(TaskKind kind, long step) {
        ExperimentEntry best = offering.get(kind).first();
        rank(best, kind, () -> best.served(kind, step));
    }

    /** Passes over a task that could be given out, until it is filed again. */
    void withhold(Task task) {
        file(task, Filed.WITHHELD);
    }

    /**
     * Tasks of a kind that could be given out, and of which it has to be asked first whether any worker should have them:
     * they took as many workers with them as are allowed, or are of another release. In the order in which they came.
     */
    List<Task> doubtful(TaskKind kind) {
        return List.copyOf(doubtful.get(kind));
    }

    /** Files an experiment's tasks again: it needs them no more, or again. */
    void file(ExperimentEntry entry) {
        for (TaskPlace member : entry.members) {
            if (member.task.filed != Filed.NOWHERE) {
                file(member.task);
            }
        }
    }
}
