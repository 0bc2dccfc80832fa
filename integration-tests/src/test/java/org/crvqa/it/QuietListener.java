package org.crvqa.it;

import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.client.ExperimentWatch;

/** Logs what happens to the connection. */
class QuietListener implements ExperimentWatch.Listener {
    @Override
    public void changed(ExperimentSnapshot snapshot) {}

    @Override
    public void disconnected(String reason) {
        Installation.log("watch lost: " + reason);
    }

    @Override
    public void reconnected() {
        Installation.log("watch is back");
    }
}
