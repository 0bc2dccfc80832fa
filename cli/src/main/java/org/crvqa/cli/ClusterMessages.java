package org.crvqa.cli;

import java.time.Duration;
import java.util.function.Consumer;
import org.crvqa.cli.local.ClusterListener;

/** Says in words what happens to the processes of a cluster. */
final class ClusterMessages implements ClusterListener {
    private final Consumer<String> out;

    ClusterMessages(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void ready(String service) {}

    @Override
    public void died(String service, int exitValue, Duration restartIn) {
        out.accept("The %s %s; starting it again in %d ms"
                .formatted(service, ClusterListener.ending(exitValue), restartIn.toMillis()));
    }

    @Override
    public void restarted(String service) {
        out.accept("The " + service + " was started again");
    }
}
