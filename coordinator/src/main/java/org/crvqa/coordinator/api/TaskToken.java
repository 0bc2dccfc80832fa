package org.crvqa.coordinator.api;

import java.util.TreeSet;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.dispatch.TaskCursor;
import org.crvqa.coordinator.dispatch.TaskFilter;

/**
 * Where the next page of a listing of tasks begins, and which listing that is.
 *
 * @param order by which the cursor is to be understood
 * @param listing digest of what was asked for: experiment and filter
 * @param term in which an order of change holds; 0 for the others
 */
record TaskToken(Order order, String listing, long term, TaskCursor cursor) {
    private static final int DIGITS = 16;
    private static final int PARTS = 5;

    /** How the listing is sorted. */
    enum Order {
        /** The plan's, which never changes. */
        PLAN,
        /** That of changes, which a leader counts while it leads. */
        CHANGE,
        /** That in which the tasks of an experiment ended, which has ended itself. */
        END
    }

    static String listing(String experiment, TaskFilter filter) {
        String asked = experiment + " " + new TreeSet<>(filter.states()) + new TreeSet<>(filter.kinds())
                + new TreeSet<>(filter.stages());
        return Sha256.hex(asked).substring(0, DIGITS);
    }

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when this service did not give it for this listing */
    static TaskToken parse(String text, String listing) {
        String[] parts = Pages.plain(text).orElseThrow(Pages::wrongToken).split(" ");
        try {
            if (parts.length == PARTS && parts[1].equals(listing)) {
                int place = Integer.parseInt(parts[3]);
                long step = Long.parseLong(parts[4]);
                if (place >= 0 && step >= -1) {
                    return new TaskToken(
                            Order.valueOf(parts[0]), listing, Long.parseLong(parts[2]), new TaskCursor(place, step));
                }
            }
        } catch (IllegalArgumentException e) {
            throw Pages.wrongToken();
        }
        throw Pages.wrongToken();
    }

    String text() {
        return Pages.opaque(order + " " + listing + " " + term + " " + cursor.place() + " " + cursor.step());
    }
}
