package org.crvqa.cli.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;

/** Which experiment somebody means: an id, the beginning of one, or {@value #LATEST}. */
public final class ExperimentIds {
    /** The experiment that was submitted last. */
    public static final String LATEST = "latest";

    // NAME-1a2b3c4d5e6f, NAME-1a2b3c4d5e6f-r2
    private static final Pattern WHOLE = Pattern.compile(".+-[0-9a-f]{12}(-r[0-9]+)?");
    private static final int PAGE = 100;
    private static final int MOST_NAMED = 5;

    private ExperimentIds() {}

    /**
     * The id. One that looks whole is not looked up.
     *
     * @throws InvalidInputException when there is no such experiment, or several begin so
     */
    public static String resolve(ExperimentReads reads, String text) {
        if (WHOLE.matcher(text).matches()) {
            return text;
        }
        if (text.equals(LATEST)) {
            ListExperimentsResponse newest = reads.list(
                    ListExperimentsRequest.newBuilder().setPageSize(1).build());
            if (newest.getExperimentsCount() == 0) {
                throw new InvalidInputException("There are no experiments yet", "Start one with 'crvqa submit FILE'.");
            }
            return newest.getExperiments(0).getId();
        }
        List<String> found = beginning(reads, text);
        if (found.contains(text)) {
            return text;
        }
        if (found.isEmpty()) {
            throw new InvalidInputException(
                    "No experiment's id begins with '" + text + "'", "'crvqa list' shows which there are.");
        }
        if (found.size() > 1) {
            String more = found.size() > MOST_NAMED ? " and " + (found.size() - MOST_NAMED) + " more" : "";
            throw new InvalidInputException(
                    "'" + text + "' is the beginning of " + found.size() + " experiments: "
                            + String.join(", ", found.subList(0, Math.min(MOST_NAMED, found.size()))) + more,
                    "Give more of the id.");
        }
        return found.get(0);
    }

    private static List<String> beginning(ExperimentReads reads, String text) {
        List<String> found = new ArrayList<>();
        String token = "";
        do {
            ListExperimentsResponse page = reads.list(ListExperimentsRequest.newBuilder()
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build());
            page.getExperimentsList().stream()
                    .map(ExperimentStatus::getId)
                    .filter(id -> id.startsWith(text))
                    .forEach(found::add);
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return found;
    }
}
