package org.crvqa.vqa.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;

/**
 * The images of features files that are damaged. What becomes of them is decided when all files were read, since an image
 * may stand whole elsewhere. Holds ids, and a few of the problems. Owned by one thread.
 */
final class Damages {
    private static final String SKIP =
            " To go on without damaged images and their questions, allow some with --skip-damaged-images N.";
    private static final String PASS = "Remove the damaged row, or let it be passed over with --skip-damaged-images 1.";

    private record Damage(OptionalLong imageId, InvalidInputException problem) {}

    private final List<Damage> first = new ArrayList<>();
    private final Set<Long> imageIds = new HashSet<>();
    private long rows;
    private long rowsWithoutId;

    /** Adds a damaged row of a file; without an id, nobody knows of which image. */
    void add(OptionalLong imageId, InvalidInputException problem) {
        rows++;
        if (imageId.isPresent()) {
            imageIds.add(imageId.getAsLong());
        } else {
            rowsWithoutId++;
        }
        if (first.size() < Problems.SHOWN) {
            first.add(new Damage(imageId, problem));
        }
    }

    /** Adds all of another's. */
    void addAll(Damages other) {
        rows += other.rows;
        rowsWithoutId += other.rowsWithoutId;
        imageIds.addAll(other.imageIds);
        other.first.stream().limit(Problems.SHOWN - first.size()).forEach(first::add);
    }

    /** Number of damaged rows so far. */
    long rows() {
        return rows;
    }

    /** Ids of the images of which there are only damaged rows, ascending. */
    Set<Long> lost(ImageIndex index) {
        return imageIds.stream()
                .filter(imageId -> index.row(imageId).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether one may go on when so many images may be missing: it must be known which they are. */
    boolean isAllowed(ImageIndex index, long allowed) {
        return rows == 0 || (allowed > 0 && rowsWithoutId == 0 && lost(index).size() <= allowed);
    }

    /** Notes all as problems. */
    void report(ImageIndex index, long allowed, Problems problems) {
        for (Damage damage : first) {
            String advice =
                    isWholeElsewhere(damage, index) ? PASS : damage.problem().advice() + (allowed == 0 ? SKIP : "");
            problems.add(ProblemKind.DAMAGED, new InvalidInputException(message(damage, index), advice));
        }
        problems.addUnnamed(ProblemKind.DAMAGED, rows - first.size());
        int lost = lost(index).size();
        if (allowed > 0 && lost > allowed) {
            problems.note(lost + " images are damaged, but --skip-damaged-images allows only " + allowed + '.');
        }
        if (allowed > 0 && rowsWithoutId > 0) {
            problems.note("Of " + rowsWithoutId
                    + " damaged rows it cannot be told which images they are, so that they cannot be left out.");
        }
    }

    /** Tells the listener what is left out, the first few by name. */
    void tell(ImageIndex index, ImportListener listener) {
        if (rows == 0) {
            return;
        }
        int lost = lost(index).size();
        if (lost > 0) {
            listener.said(ProblemKind.DAMAGED.count(lost) + (lost == 1 ? " was" : " were")
                    + " left out, with all questions about " + (lost == 1 ? "it." : "them."));
        }
        listener.said((rows == 1 ? "1 damaged row was" : rows + " damaged rows were") + " passed over:");
        first.forEach(damage -> listener.said("  " + message(damage, index)));
        if (rows > first.size()) {
            listener.said("  and " + (rows - first.size()) + " more");
        }
    }

    private static boolean isWholeElsewhere(Damage damage, ImageIndex index) {
        return damage.imageId().isPresent()
                && index.row(damage.imageId().getAsLong()).isPresent();
    }

    private static String message(Damage damage, ImageIndex index) {
        String image = damage.imageId().isPresent()
                ? "; it is image " + damage.imageId().getAsLong()
                : "";
        String copy = damage.imageId().isPresent()
                ? index.place(damage.imageId().getAsLong())
                        .map(place -> ", which stands whole at " + place)
                        .orElse("")
                : "";
        return damage.problem().getMessage() + image + copy;
    }
}
