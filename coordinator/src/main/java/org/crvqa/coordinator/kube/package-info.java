/**
 * What the coordinator has to do with Kubernetes: which workers there are ({@link
 * org.crvqa.coordinator.kube.SliceMembership}), how many are asked for ({@link org.crvqa.coordinator.kube.KubePools}), and which
 * coordinator's pod leads ({@link org.crvqa.coordinator.kube.LeaderLabel}). {@link org.crvqa.coordinator.kube.KubeFleet} opens
 * them; nothing outside this package sees the client, and nothing of it is loaded without a cluster.
 */
@NullMarked
package org.crvqa.coordinator.kube;

import org.jspecify.annotations.NullMarked;
