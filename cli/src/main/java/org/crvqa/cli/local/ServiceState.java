package org.crvqa.cli.local;

/**
 * One service of a running cluster.
 *
 * @param name unique in the cluster: "coordinator", "trainer-1"
 * @param kind {@link ServiceKind#label()}
 * @param grpcPort on loopback
 * @param httpPort health, metrics, dashboard; on loopback
 * @param pid of the process now, 0 between two
 * @param restarts how often it was started again
 * @param log its output
 * @param device what a worker computes on, for people: "cpu", "GPU 2"; empty for the coordinator
 */
public record ServiceState(
        String name, String kind, int grpcPort, int httpPort, long pid, int restarts, String log, String device) {
    /** Where gRPC clients reach it. */
    public String address() {
        return LocalCluster.HOST + ":" + grpcPort;
    }
}
