package org.crvqa.coordinator.api;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import org.crvqa.coordinator.v1.ExperimentStatus;

/**
 * The place after which a page begins, for a list that is sorted newest first. Experiments that come or go between two
 * pages neither repeat nor hide others.
 */
record PageToken(Timestamp submitted, String id) {
    private static final String VERSION = "1 ";

    static PageToken after(ExperimentStatus last) {
        return new PageToken(last.getSubmitted(), last.getId());
    }

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when this service did not give it */
    static PageToken parse(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            String[] parts = text.split(" ", 3);
            if (parts.length == 3 && text.startsWith(VERSION)) {
                return new PageToken(Timestamps.parse(parts[1]), parts[2]);
            }
        } catch (IllegalArgumentException | ParseException e) {
            throw refusal();
        }
        throw refusal();
    }

    String text() {
        String plain = VERSION + Timestamps.toString(submitted) + " " + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    boolean before(ExperimentStatus experiment) {
        int byTime = Timestamps.compare(experiment.getSubmitted(), submitted);
        return byTime < 0 || byTime == 0 && experiment.getId().compareTo(id) < 0;
    }

    private static RuntimeException refusal() {
        return Status.INVALID_ARGUMENT
                .withDescription("page_token is not one that this service gave; leave it empty for the first page")
                .asRuntimeException();
    }
}
