package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;
import org.jspecify.annotations.Nullable;

/**
 * The members that endpoint slices tell of, one for each pod. A pod may be in several slices for a while, or under two
 * addresses, and a new pod may have the address of one that is ending: then what was written last holds. Remembers only since
 * when it has known each pod.
 */
final class SliceMembers {
    private static final String IPV4 = "IPv4";
    private static final String IPV6 = "IPv6";
    private static final int HIGHEST_PORT = 65_535;

    /** Of one pod. Of the two addresses that it has in a cluster of both families, always the same. */
    private static final Comparator<Claim> LATER = Comparator.comparing(
                    (Claim claim) -> claim.member().kind().getNumber(), Comparator.reverseOrder())
            .thenComparing(Claim::six, Comparator.reverseOrder())
            .thenComparing(Claim::version)
            .thenComparing(claim -> claim.member().address());

    /** By id: the higher, the later it was first seen. */
    private Map<String, Long> firstSeen = Map.of();

    private long round;

    /**
     * What slices tell.
     *
     * @param members in the order of their ids
     * @param passedOver endpoints that are no workers, each with the reason, in order
     */
    record Told(List<Member> members, TreeSet<String> passedOver) {}

    /** One endpoint. {@code version} of its slice, as far as it can be compared. */
    private record Claim(Member member, boolean ends, boolean six, long version) {}

    Told merge(Collection<EndpointSlice> slices) {
        TreeSet<String> passedOver = new TreeSet<>();
        Map<String, Claim> pods = new HashMap<>();
        for (EndpointSlice slice : slices) {
            for (Endpoint endpoint : orEmpty(slice.getEndpoints())) {
                claim(slice, endpoint, passedOver)
                        .ifPresent(claim -> pods.merge(claim.member().id(), claim, BinaryOperator.maxBy(LATER)));
            }
        }
        remember(pods);
        Map<String, Claim> addresses = pods.values().stream()
                .collect(Collectors.toMap(
                        claim -> claim.member().address(), Function.identity(), BinaryOperator.maxBy(newer())));
        return new Told(
                addresses.values().stream()
                        .map(Claim::member)
                        .sorted(Comparator.comparing(Member::id))
                        .toList(),
                passedOver);
    }

    private void remember(Map<String, Claim> pods) {
        round++;
        Map<String, Long> seen = new HashMap<>();
        pods.keySet().forEach(id -> seen.put(id, firstSeen.getOrDefault(id, round)));
        firstSeen = seen;
    }

    /** Of two pods that claim one address. */
    private Comparator<Claim> newer() {
        return Comparator.comparing(Claim::ends, Comparator.reverseOrder())
                .thenComparing(claim -> firstSeen.getOrDefault(claim.member().id(), 0L))
                .thenComparing(Claim::version)
                .thenComparing(claim -> claim.member().id());
    }

    private static Optional<Claim> claim(EndpointSlice slice, Endpoint endpoint, TreeSet<String> passedOver) {
        Optional<String> problem = problem(slice, endpoint);
        if (problem.isPresent()) {
            passedOver.add(problem.get());
            return Optional.empty();
        }
        ObjectReference pod = endpoint.getTargetRef();
        boolean six = IPV6.equals(slice.getAddressType());
        String address = endpoint.getAddresses().get(0);
        boolean ends = ends(endpoint.getConditions());
        return Optional.of(new Claim(
                new Member(
                        pod.getUid(),
                        kind(slice).orElseThrow(),
                        (six ? "[" + address + "]" : address) + ":"
                                + port(slice).orElseThrow(),
                        !ends && isReady(endpoint.getConditions()),
                        Optional.ofNullable(pod.getName())),
                ends,
                six,
                version(slice)));
    }

    /** Why an endpoint is no worker. */
    private static Optional<String> problem(EndpointSlice slice, Endpoint endpoint) {
        List<String> addresses = orEmpty(endpoint.getAddresses());
        String type = String.valueOf(slice.getAddressType());
        ObjectReference pod = endpoint.getTargetRef();
        String what = "endpoint " + (addresses.isEmpty() ? "without address" : addresses.get(0)) + " of "
                + slice.getMetadata().getName() + ": ";
        if (kind(slice).isEmpty()) {
            return Optional.of(what + "its label " + Labels.WORKER + " names no kind of worker");
        }
        if (addresses.isEmpty() || !(type.equals(IPV4) || type.equals(IPV6))) {
            return Optional.of(what + "expected an IP address, its type is " + type);
        }
        if (pod == null || pod.getUid() == null || !"Pod".equals(pod.getKind())) {
            return Optional.of(what + "it is no pod");
        }
        return port(slice).isPresent()
                ? Optional.empty()
                : Optional.of(what + "its service has no port named " + Labels.PORT);
    }

    private static Optional<WorkerKind> kind(EndpointSlice slice) {
        String label = Optional.ofNullable(slice.getMetadata().getLabels())
                .map(labels -> labels.get(Labels.WORKER))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        return List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR)
                .stream()
                .filter(kind -> EnumNames.of(kind).equals(label))
                .findFirst();
    }

    private static Optional<Integer> port(EndpointSlice slice) {
        return orEmpty(slice.getPorts()).stream()
                .filter(one -> Labels.PORT.equals(one.getName()))
                .map(EndpointPort::getPort)
                .filter(number -> number != null && number > 0 && number <= HIGHEST_PORT)
                .findFirst();
    }

    /**
     * What is true of the pod itself: {@code ready} is also true of pods that are not, where a service publishes them all.
     * Conditions that are absent mean yes, as Kubernetes says.
     */
    private static boolean isReady(@Nullable EndpointConditions conditions) {
        if (conditions == null) {
            return true;
        }
        Boolean ready = conditions.getServing() == null ? conditions.getReady() : conditions.getServing();
        return ready == null || ready;
    }

    private static boolean ends(@Nullable EndpointConditions conditions) {
        return conditions != null && Boolean.TRUE.equals(conditions.getTerminating());
    }

    /** Versions are numbers that grow, in every API server that there is; in another one no slice is later than the others. */
    private static long version(EndpointSlice slice) {
        String version = Objects.requireNonNullElse(slice.getMetadata().getResourceVersion(), "");
        return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : 0;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
