package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.coordinator.kube.Slices.pod;
import static org.crvqa.coordinator.kube.Slices.slice;
import static org.crvqa.coordinator.kube.Slices.version;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceMembersTest {
    private static final int PORT = 9101;

    private final SliceMembers slices = new SliceMembers();

    private List<Member> members(EndpointSlice... all) {
        return slices.merge(List.of(all)).members();
    }

    @Test
    void merge_slicesOfSeveralServices_isOneMemberForEachPod() {
        List<Member> members = members(
                slice("trainer-a", "trainer", PORT, pod("t0", "10.0.0.1"), pod("t1", "10.0.0.2")),
                slice("trainer-spot-x", "trainer", 7000, pod("t2", "10.0.0.3")),
                slice("evaluator-a", "evaluator", 9103, pod("e0", "10.0.0.4")));
        assertThat(members).extracting(Member::id).containsExactly("uid-e0", "uid-t0", "uid-t1", "uid-t2");
        assertThat(members)
                .extracting(Member::address)
                .containsExactly("10.0.0.4:9103", "10.0.0.1:9101", "10.0.0.2:9101", "10.0.0.3:7000");
        assertThat(members)
                .extracting(Member::kind)
                .containsOnly(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_EVALUATOR);
        assertThat(members).extracting(member -> member.pod().orElseThrow()).containsExactly("e0", "t0", "t1", "t2");
    }

    @Test
    void merge_addressOfTheSixthVersion_isPutIntoBrackets() {
        EndpointSlice six = new EndpointSliceBuilder(slice("s", "pruner", 9102, pod("p", "fd00::1")))
                .withAddressType("IPv6")
                .build();
        assertThat(members(six)).extracting(Member::address).containsExactly("[fd00::1]:9102");
    }

    /** A service of both families has slices of both, for ever; which was written last changes all the time. */
    @Test
    void merge_podHasAddressesOfBothFamilies_keepsOne() {
        EndpointSlice four = slice("four", "trainer", PORT, pod("t", "10.0.0.1"));
        EndpointSlice six = new EndpointSliceBuilder(slice("six", "trainer", PORT, pod("t", "fd00::1")))
                .withAddressType("IPv6")
                .build();
        assertThat(members(version(four, 5), version(six, 6)))
                .extracting(Member::address)
                .containsExactly("10.0.0.1:9101");
        assertThat(members(version(four, 7), version(six, 6)))
                .extracting(Member::address)
                .containsExactly("10.0.0.1:9101");
    }

    @Test
    void merge_podIsInTwoSlices_isAsTheLaterOneSays() {
        EndpointSlice early = version(slice("b", "trainer", PORT, pod("t", "10.0.0.1", true, true, false)), 9);
        EndpointSlice late = version(slice("a", "trainer", PORT, pod("t", "10.0.0.1", false, true, true)), 10);
        assertThat(members(early, late)).singleElement().matches(member -> !member.takesWork());
        assertThat(members(late, early)).singleElement().matches(member -> !member.takesWork());
    }

    @Test
    void merge_podCameBackUnderAnotherAddress_isTheSameMemberThere() {
        EndpointSlice old = version(slice("a", "trainer", PORT, pod("t", "10.0.0.1")), 9);
        EndpointSlice now = version(slice("b", "trainer", PORT, pod("t", "10.0.0.9")), 12);
        assertThat(members(old, now)).extracting(Member::address).containsExactly("10.0.0.9:9101");
        assertThat(members(now, old)).extracting(Member::address).containsExactly("10.0.0.9:9101");
    }

    @Test
    void merge_anotherPodHasTheAddressOfOneThatEnds_isTheNewOne() {
        Endpoint ends = pod("z-old", "10.0.0.1", false, true, true);
        assertThat(members(slice("a", "trainer", PORT, ends, pod("a-new", "10.0.0.1"))))
                .extracting(Member::id)
                .containsExactly("uid-a-new");
    }

    @Test
    void merge_anotherPodHasTheAddressOfOneThatIsStillTold_isTheOneThatCameLater() {
        EndpointSlice first = slice("a", "trainer", PORT, pod("z", "10.0.0.1"));
        assertThat(members(first)).extracting(Member::id).containsExactly("uid-z");
        assertThat(members(first, slice("b", "trainer", PORT, pod("a", "10.0.0.1"))))
                .extracting(Member::id)
                .containsExactly("uid-a");
    }

    /** {@code ready} is true of every pod of a service that publishes those that are not ready. */
    @ParameterizedTest
    @CsvSource({
        "true, true, false, true",
        "true, false, false, false",
        "false, false, false, false",
        "false, true, true, false",
        "true, true, true, false",
        "true, , , true",
        "false, , , false",
        ", , , true"
    })
    void merge_conditions_takesWorkWhenItServesAndDoesNotEnd(
            Boolean ready, Boolean serving, Boolean terminating, boolean takesWork) {
        assertThat(members(slice("a", "trainer", PORT, pod("t", "10.0.0.1", ready, serving, terminating))))
                .extracting(Member::takesWork)
                .containsExactly(takesWork);
    }

    @Test
    void merge_noConditions_takesWork() {
        Endpoint bare =
                new EndpointBuilder(pod("t", "10.0.0.1")).withConditions(null).build();
        assertThat(members(slice("a", "trainer", PORT, bare))).singleElement().matches(Member::takesWork);
    }

    @Test
    void merge_whatIsNoWorker_isPassedOverWithTheReason() {
        Endpoint nobody =
                new EndpointBuilder(pod("t", "10.0.0.1")).withTargetRef(null).build();
        Endpoint node = new EndpointBuilder(pod("t", "10.0.0.2"))
                .editTargetRef()
                .withKind("Node")
                .endTargetRef()
                .build();
        EndpointSlice portless = new EndpointSliceBuilder(slice("no-port", "trainer", PORT, pod("u", "10.0.0.3")))
                .withPorts()
                .build();
        EndpointSlice named = new EndpointSliceBuilder(slice("names", "trainer", PORT, pod("v", "a.example")))
                .withAddressType("FQDN")
                .build();
        EndpointSlice other = slice("other", "driver", PORT, pod("w", "10.0.0.4"));
        EndpointSlice empty = new EndpointSliceBuilder(slice("empty", "trainer", PORT))
                .withEndpoints((List<Endpoint>) null)
                .build();

        SliceMembers.Told told = slices.merge(List.of(
                slice("a", "trainer", PORT, nobody, node, pod("x", "10.0.0.9")), portless, named, other, empty));

        assertThat(told.members()).extracting(Member::id).containsExactly("uid-x");
        assertThat(told.passedOver())
                .containsExactlyInAnyOrder(
                        "endpoint 10.0.0.1 of a: it is no pod",
                        "endpoint 10.0.0.2 of a: it is no pod",
                        "endpoint 10.0.0.3 of no-port: its service has no port named grpc",
                        "endpoint a.example of names: expected an IP address, its type is FQDN",
                        "endpoint 10.0.0.4 of other: its label crvqa.org/worker names no kind of worker");
    }
}
