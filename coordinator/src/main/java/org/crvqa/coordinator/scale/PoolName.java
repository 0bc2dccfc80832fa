package org.crvqa.coordinator.scale;

import java.util.Locale;
import java.util.Optional;

/**
 * What in the cluster keeps the workers of a pool.
 *
 * @param name as the cluster knows it
 */
public record PoolName(Controller controller, String name) {
    /** What kind of thing keeps a pool's pods. */
    public enum Controller {
        /** Takes away the pods that are marked for it first. */
        DEPLOYMENT,
        /** Takes away the pod with the highest number, whatever it does. */
        STATEFULSET;

        /** Whether a pool may shrink without a look at which pod goes. */
        public boolean honoursMarks() {
            return this == DEPLOYMENT;
        }
    }

    /** From {@code deployment/name} or {@code statefulset/name}; empty when it is neither. */
    public static Optional<PoolName> parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2 || !parts[1].matches("[a-z0-9]([-.a-z0-9]*[a-z0-9])?")) {
            return Optional.empty();
        }
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "deployment" -> Optional.of(new PoolName(Controller.DEPLOYMENT, parts[1]));
            case "statefulset" -> Optional.of(new PoolName(Controller.STATEFULSET, parts[1]));
            default -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return controller.name().toLowerCase(Locale.ROOT) + "/" + name;
    }
}
