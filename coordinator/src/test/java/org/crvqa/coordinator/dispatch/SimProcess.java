package org.crvqa.coordinator.dispatch;

/** One start of a process: it can be killed, and stopped for a while. What it planned to do dies or waits with it. */
final class SimProcess {
    /** Unwinds what a killed process was about to do. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    final String name;
    private final SimTime time;
    private boolean alive = true;
    private long pausedUntil = Long.MIN_VALUE / 2;

    /** Milliseconds that its own steady clock has missed. */
    private long missed;

    SimProcess(SimTime time, String name) {
        this.time = time;
        this.name = name;
    }

    boolean alive() {
        return alive;
    }

    boolean paused() {
        return time.now() < pausedUntil;
    }

    /** Whether it was not stopped within so many milliseconds. */
    boolean awakeFor(long millis) {
        return time.now() - pausedUntil >= millis;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    void kill() {
        alive = false;
    }

    /** As SIGSTOP, and SIGCONT after so many milliseconds. */
    void pause(long millis) {
        pausedUntil = Math.max(pausedUntil, time.now() + millis);
    }

    /** As when a virtual machine is suspended: its steady clock stands still too. */
    void suspend(long millis) {
        if (!paused()) {
            missed += millis;
            pause(millis);
        }
    }

    /** Its steady clock. */
    long nanos() {
        return (time.now() - missed) * 1_000_000;
    }

    void in(long millis, String what, Runnable action) {
        at(time.now() + millis, what, action);
    }

    void at(long when, String what, Runnable action) {
        time.at(when, what, () -> run(action));
    }

    private void run(Runnable action) {
        if (!alive) {
            return;
        }
        if (paused()) {
            time.at(pausedUntil, "", () -> run(action));
            return;
        }
        try {
            action.run();
        } catch (Killed e) {
            time.note(name + " died in the middle of something");
        }
    }

    /** @throws Killed when it was killed meanwhile */
    void check() {
        if (!alive) {
            throw new Killed();
        }
    }
}
