package org.crvqa.coordinator.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where a watcher knows all experiments.
 *
 * @param step of the dispatcher of that term
 * @param number of changes of what else is known of experiments in that term
 */
record OverviewToken(long term, long step, long number) {
    private static final Pattern FORM = Pattern.compile("o1 ([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18})");

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when this service did not give it */
    static OverviewToken parse(String text) {
        Matcher matcher = FORM.matcher(Pages.plain(text).orElse(""));
        if (!matcher.matches()) {
            throw CallErrors.refusal(
                    Reason.INVALID_RESUME_TOKEN,
                    "resume_token is not one that this service gave; leave it empty to begin anew");
        }
        return new OverviewToken(
                Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    String text() {
        return Pages.opaque("o1 " + term + " " + step + " " + number);
    }
}
