package org.crvqa.cli;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterState;

/** Of several commands that would start a cluster in a folder one has the turn; the others wait, and find it running. */
final class StartTurn implements AutoCloseable {
    private static final long POLL_MILLIS = 100;

    private final FileLock lock;
    private final Optional<ClusterState> running;

    private StartTurn(FileLock lock, Optional<ClusterState> running) {
        this.lock = lock;
        this.running = running;
    }

    /** Waits until nobody else starts or stops a cluster there, which is said. Close it. */
    static StartTurn take(ClusterFolder folder, Console console) throws InterruptedException, IOException {
        Optional<FileLock> lock = folder.startLock();
        if (lock.isEmpty()) {
            console.say("Another 'crvqa local up' starts the services in " + folder.path() + "; waiting for it ...");
            while (lock.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                lock = folder.startLock();
            }
        }
        boolean taken = false;
        try {
            StartTurn turn = new StartTurn(lock.get(), settled(folder, console));
            taken = true;
            return turn;
        } finally {
            if (!taken) {
                lock.get().acquiredBy().close();
            }
        }
    }

    /** The cluster once it runs; empty when there is none. */
    private static Optional<ClusterState> settled(ClusterFolder folder, Console console) throws InterruptedException {
        boolean told = false;
        while (folder.inUse()) {
            Optional<ClusterState> state = folder.running();
            if (state.isPresent()) {
                return state;
            }
            if (!told) {
                console.say("The cluster in " + folder.path() + " is starting or stopping; waiting for it ...");
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return Optional.empty();
    }

    /** The cluster that runs there already. */
    Optional<ClusterState> running() {
        return running;
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
