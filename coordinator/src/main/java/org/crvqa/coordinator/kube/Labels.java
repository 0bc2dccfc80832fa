package org.crvqa.coordinator.kube;

/** Labels, annotations and names by which this coordinator and the files in deploy/ understand each other. */
final class Labels {
    /**
     * On a service: which kind of worker its pods are ({@code trainer}, {@code pruner}, {@code evaluator}). Kubernetes copies a
     * service's labels to its endpoint slices, so that several services may stand for one kind.
     */
    static final String WORKER = "crvqa.org/worker";

    /** On the pod of a coordinator that leads: {@code true}. */
    static final String LEADER = "crvqa.org/leader";

    /** On a pod of a deployment: of several that are ready, the one with the lowest number is taken away first. */
    static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    /** The name that a service gives the port at which workers are called. */
    static final String PORT = "grpc";

    private Labels() {}
}
