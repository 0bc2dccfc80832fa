package org.crvqa.coordinator.leader;

/**
 * A claim to lead.
 *
 * @param number from 1; the highest that exists leads
 * @param holder unique per process start
 * @param instance host:port of the holder's gRPC server; after a restart the same
 */
record Term(long number, String holder, String instance) {}
