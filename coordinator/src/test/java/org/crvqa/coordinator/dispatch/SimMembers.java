package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerKind;

/**
 * The workers' pods, which come and go, and what a cluster says of them: late, sometimes wrongly, and sometimes nothing at
 * all. An address may be another pod's soon after.
 */
final class SimMembers {
    private static final int MOST = 5;

    /** How long what was said of a worker may be out of date, while the source of members is well. */
    static final long STALE = 15_000;

    /** What is said of a pod. */
    private enum Said {
        READY,
        NOT_READY,
        ABSENT
    }

    private final SimTime time;
    private final Simulation.Parts parts;
    private final SimStore store;
    private final SimJudge judge;

    /** That exist. */
    final List<SimWorker> workers = new ArrayList<>();

    private Optional<SimPools> pools = Optional.empty();
    private final Map<SimWorker, Said> said = new HashMap<>();
    private final Map<SimWorker, Long> saidSince = new HashMap<>();
    private final List<String> freeAddresses = new ArrayList<>();
    private final Map<WorkerKind, Integer> came = new HashMap<>();
    /** No list is told before. */
    private long awayUntil;
    /** Since when the list has been right. */
    private long rightSince;

    SimMembers(SimTime time, Simulation.Parts parts, SimStore store, SimJudge judge) {
        this.time = time;
        this.parts = parts;
        this.store = store;
        this.judge = judge;
    }

    /** Another pod, unless the cluster keeps as many as it was asked for. */
    void join(WorkerKind kind) {
        boolean full = workers.stream().filter(worker -> worker.kind == kind).count() >= MOST;
        if (!full && pools.isEmpty()) {
            create(kind);
        }
    }

    /** Another pod. */
    void create(WorkerKind kind) {
        String name = kind.name().substring("WORKER_KIND_".length()).toLowerCase(Locale.ROOT) + "-"
                + came.merge(kind, 1, Integer::sum);
        SimWorker worker = parts.worker(name, kind, time, store, judge);
        if (!freeAddresses.isEmpty() && time.oneIn(2)) {
            worker.address = freeAddresses.remove(0);
        }
        time.note(name + " is created at " + worker.address);
        workers.add(worker);
        say(worker, Said.READY);
    }

    /** From now on the cluster keeps as many as it is asked for. */
    void keptBy(SimPools kept) {
        pools = Optional.of(kept);
        kept.begin();
    }

    /** What keeps them, if anything does. */
    Optional<SimPools> pools() {
        return pools;
    }

    /** A pod is deleted: told to stop, then gone, and the list says so before or after. */
    void delete(SimWorker worker) {
        time.note(worker.name + " is deleted");
        say(worker, Said.NOT_READY);
        if (time.oneIn(2)) {
            time.in(time.between(0, 10_000), worker.name + " is listed no more", () -> say(worker, Said.ABSENT));
        }
        worker.deleted(time.between(0, 25_000), () -> gone(worker));
        pools.ifPresent(kept -> kept.reconcile(worker.kind));
    }

    private void gone(SimWorker worker) {
        time.note(worker.name + " is gone");
        workers.remove(worker);
        freeAddresses.add(worker.address);
        right();
    }

    /** Says of a worker that is well what is not so, for a while. */
    void misreport(SimWorker worker) {
        Said what = time.oneIn(2) ? Said.ABSENT : Said.NOT_READY;
        time.note(worker.name + " is said to be " + what);
        say(worker, what);
        time.in(time.between(1_000, 100_000), worker.name + " is listed as before", () -> {
            if (!worker.isDeleted()) {
                say(worker, Said.READY);
            }
        });
    }

    /** A pod starts again under another address, as after its node did. */
    void move(SimWorker worker) {
        if (worker.isDeleted()) {
            return;
        }
        worker.kill(false);
        String before = worker.address;
        worker.address = freeAddresses.isEmpty() ? worker.name + "/" + time.now() : freeAddresses.remove(0);
        freeAddresses.add(before);
        time.note(worker.name + " moves to " + worker.address);
        right();
        worker.restart();
    }

    /** Nobody tells who there is, for so many milliseconds. */
    void away(long millis) {
        awayUntil = Math.max(awayUntil, time.now() + millis);
        right();
    }

    private void say(SimWorker worker, Said what) {
        if (said.put(worker, what) != what) {
            saidSince.put(worker, time.now());
        }
        right();
    }

    private void right() {
        rightSince = Math.max(time.now(), awayUntil);
    }

    /** As it should be: somebody of each kind, and a list that is right. */
    void mend() {
        awayUntil = time.now();
        pools.ifPresent(SimPools::mend);
        for (WorkerKind kind : Simulation.KINDS) {
            if (workers.stream().noneMatch(worker -> worker.kind == kind && !worker.isDeleted())) {
                join(kind);
            }
        }
        workers.stream().filter(worker -> !worker.isDeleted()).forEach(worker -> say(worker, Said.READY));
    }

    /** Whether for so many milliseconds every coordinator could know that a worker takes no work. */
    boolean leavesFor(SimWorker worker, long millis) {
        return said.get(worker) != Said.READY
                && time.now() - Math.max(saidSince.getOrDefault(worker, 0L), awayUntil) - STALE >= millis;
    }

    boolean isAway() {
        return time.now() < awayUntil;
    }

    /** Whether for so many milliseconds every coordinator could know who there is. */
    boolean rightFor(long millis) {
        return time.now() - rightSince - STALE >= millis;
    }

    /** Who can be called at an address. */
    Optional<SimWorker> at(String address) {
        return workers.stream().filter(worker -> worker.address.equals(address)).findFirst();
    }

    /** Tells a process who there is, again and again, later than it is so. */
    void tell(SimProcess process, Consumer<List<Member>> listener) {
        List<Member> list = list();
        boolean away = isAway();
        process.in(time.between(0, STALE / 3), "", () -> {
            if (!away) {
                listener.accept(list);
            }
            process.in(time.between(0, STALE / 3), "", () -> tell(process, listener));
        });
    }

    /** As it is said to be now. */
    List<Member> list() {
        return workers.stream()
                .filter(worker -> said.get(worker) != Said.ABSENT)
                .map(worker -> parts.told(new Member(
                        worker.name,
                        worker.kind,
                        worker.address,
                        said.get(worker) == Said.READY,
                        Optional.of(worker.name))))
                .toList();
    }
}
