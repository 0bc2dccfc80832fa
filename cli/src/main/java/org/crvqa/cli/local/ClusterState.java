package org.crvqa.cli.local;

import java.util.List;

/**
 * What the state file of a local cluster says.
 *
 * @param supervisorPid the process that keeps the services running
 * @param store location of the object store
 * @param coordinator host:port
 * @param services all of them
 */
public record ClusterState(long supervisorPid, String store, String coordinator, List<ServiceState> services) {}
