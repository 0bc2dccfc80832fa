package org.crvqa.study.spec;

import java.util.List;
import java.util.stream.Collectors;

/** An experiment cannot run as it stands; all that is wrong, at once. */
public final class InvalidExperimentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /** At least one violation. */
    public InvalidExperimentException(List<Violation> violations) {
        super(violations.stream().map(Violation::description).collect(Collectors.joining("\n")));
        this.violations = List.copyOf(violations);
    }

    /** What is wrong, in the order of the file. */
    public List<Violation> violations() {
        return violations;
    }

    /** All that is wrong is that names are not in the store. */
    public boolean onlyNotFound() {
        return violations.stream().allMatch(violation -> violation.kind() == Violation.Kind.NOT_FOUND);
    }
}
