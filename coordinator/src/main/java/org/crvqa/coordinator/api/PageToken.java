package org.crvqa.coordinator.api;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.text.ParseException;
import org.crvqa.coordinator.v1.ExperimentStatus;

/**
 * The place after which a page begins, for a list that is sorted newest first. Experiments that come or go between two
 * pages neither repeat nor hide others.
 */
record PageToken(Timestamp submitted, String id) {
    private static final String VERSION = "1";

    static PageToken after(ExperimentStatus last) {
        return new PageToken(last.getSubmitted(), last.getId());
    }

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when this service did not give it */
    static PageToken parse(String token) {
        String[] parts = Pages.plain(token).orElseThrow(Pages::wrongToken).split(" ", 3);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            throw Pages.wrongToken();
        }
        try {
            return new PageToken(Timestamps.parse(parts[1]), parts[2]);
        } catch (ParseException e) {
            throw Pages.wrongToken();
        }
    }

    String text() {
        return Pages.opaque(VERSION + " " + Timestamps.toString(submitted) + " " + id);
    }

    boolean before(ExperimentStatus experiment) {
        int byTime = Timestamps.compare(experiment.getSubmitted(), submitted);
        return byTime < 0 || byTime == 0 && experiment.getId().compareTo(id) < 0;
    }
}
