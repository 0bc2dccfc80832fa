package org.crvqa.coordinator.dispatch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** On which workers a task ended badly, for whatever reason, and which of that counts against it. Owned by the event loop. */
final class Troubles {
    /** So often a worker may have a task in vain before others are asked first. */
    private static final int ENOUGH = 2;

    private Map<String, Integer> byWorker = Map.of();
    private Set<String> chargedOn = Set.of();
    private Set<String> refusedBy = Set.of();
    private int charged;

    Troubles() {}

    /** As the store remembers them. */
    Troubles(int charged, Set<String> chargedOn) {
        this.charged = charged;
        this.chargedOn = chargedOn.isEmpty() ? Set.of() : new HashSet<>(chargedOn);
    }

    /** It ended badly there. True when it is the second worker on which it did: then the first is not to blame. */
    boolean add(String worker) {
        byWorker = byWorker.isEmpty() ? new HashMap<>() : byWorker;
        boolean isNew = byWorker.merge(worker, 1, Integer::sum) == 1;
        return isNew && byWorker.size() > 1;
    }

    int on(String worker) {
        return byWorker.getOrDefault(worker, 0);
    }

    boolean isTooMuch(String worker) {
        return on(worker) >= ENOUGH;
    }

    /** Workers on which it ended badly. */
    Set<String> workers() {
        return byWorker.keySet();
    }

    void refused(String worker) {
        refusedBy = refusedBy.isEmpty() ? new HashSet<>() : refusedBy;
        refusedBy.add(worker);
    }

    boolean isRefusedBy(String worker) {
        return refusedBy.contains(worker);
    }

    /** One that counts against the task. */
    void charge(String worker) {
        chargedOn = chargedOn.isEmpty() ? new HashSet<>() : chargedOn;
        chargedOn.add(worker);
        charged++;
    }

    int charged() {
        return charged;
    }

    boolean isChargedOn(String worker) {
        return chargedOn.contains(worker);
    }

    /** Workers with failures that count, were there one more on {@code worker}. */
    int chargedWorkersWith(String worker) {
        return chargedOn.size() + (chargedOn.contains(worker) ? 0 : 1);
    }

    /** Nothing of it counts any more. */
    void pardon() {
        byWorker = Map.of();
        chargedOn = Set.of();
        refusedBy = Set.of();
        charged = 0;
    }
}
