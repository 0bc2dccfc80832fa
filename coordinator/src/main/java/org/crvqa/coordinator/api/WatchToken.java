package org.crvqa.coordinator.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where a watcher knows an experiment: a step of the leader of a term, which counts what happens from 0.
 *
 * @param experiment its id
 */
record WatchToken(long term, long step, String experiment) {
    private static final Pattern FORM = Pattern.compile("w1 ([0-9]{1,18}) ([0-9]{1,18}) (.+)");

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when this service did not give it for this experiment */
    static WatchToken parse(String text, String experiment) {
        Matcher matcher = FORM.matcher(Pages.plain(text).orElse(""));
        if (!matcher.matches() || !matcher.group(3).equals(experiment)) {
            throw CallErrors.refusal(
                    Reason.INVALID_RESUME_TOKEN,
                    "resume_token is not one that this service gave for this experiment; leave it empty to begin anew");
        }
        return new WatchToken(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), experiment);
    }

    String text() {
        return Pages.opaque("w1 " + term + " " + step + " " + experiment);
    }
}
