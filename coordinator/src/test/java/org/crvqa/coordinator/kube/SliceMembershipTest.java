package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.coordinator.kube.Slices.pod;
import static org.crvqa.coordinator.kube.Slices.slice;
import static org.crvqa.coordinator.kube.Slices.with;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.fleet.MembershipContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SliceMembershipTest extends MembershipContract {
    private final KubeServer server = new KubeServer();
    private final KubernetesClient admin = server.admin();
    private final List<KubernetesClient> clients = new ArrayList<>();
    private final EndpointSlice trainers =
            slice("trainer-a", "trainer", 9101, pod("t1", "10.0.0.1"), pod("t2", "10.0.0.2"));
    private final EndpointSlice evaluators = slice("evaluator-a", "evaluator", 9103, pod("e1", "10.0.0.3"));

    @BeforeEach
    void write() {
        create(trainers);
        create(evaluators);
    }

    @AfterEach
    void close() {
        clients.forEach(KubernetesClient::close);
        admin.close();
        server.close();
    }

    @Override
    protected Membership membership() {
        KubernetesClient client = server.client();
        clients.add(client);
        return new SliceMembership(client, KubeServer.NAMESPACE);
    }

    @Test
    void slices_comeChangeAndGo_areToldWhole() {
        BlockingQueue<List<Member>> heard = started();

        put(with(trainers, pod("t1", "10.0.0.1"), pod("t2", "10.0.0.2", false, true, true), pod("t3", "10.0.0.5")));
        List<Member> four = until(heard, list -> list.size() == 4);
        assertThat(four)
                .filteredOn(member -> !member.takesWork())
                .extracting(Member::id)
                .containsExactly("uid-t2");

        delete(evaluators);
        assertThat(until(heard, list -> list.size() == 3))
                .extracting(Member::id)
                .doesNotContain("uid-e1");
    }

    @Test
    void slices_ofAnotherServiceOrNamespace_areNotAskedFor() {
        EndpointSlice unlabelled = slice("web-a", "trainer", 80, pod("web", "10.0.0.7"));
        unlabelled.getMetadata().getLabels().remove(Labels.WORKER);
        create(unlabelled);
        EndpointSlice elsewhere = slice("trainer-b", "trainer", 9101, pod("foreign", "10.0.0.8"));
        elsewhere.getMetadata().setNamespace("other");
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace("other")
                .resource(elsewhere)
                .create();

        BlockingQueue<List<Member>> heard = started();
        put(with(trainers, pod("t1", "10.0.0.1")));

        assertThat(until(heard, list -> list.size() == 2))
                .extracting(Member::id)
                .containsExactly("uid-e1", "uid-t1");
        assertThat(server.asked())
                .allMatch(line -> line.contains("/namespaces/crvqa/endpointslices")
                        && line.contains("labelSelector=" + "crvqa.org%2Fworker"));
    }

    @Test
    void podMoves_fromOneSliceToAnother_isNeverTwo() {
        BlockingQueue<List<Member>> heard = started();

        create(slice("trainer-b", "trainer", 9101, pod("t2", "10.0.0.22")));
        List<Member> moved = until(
                heard, list -> list.stream().anyMatch(member -> member.address().equals("10.0.0.22:9101")));
        assertThat(moved).extracting(Member::id).containsExactly("uid-e1", "uid-t1", "uid-t2");

        put(with(trainers, pod("t1", "10.0.0.1")));
        put(with(evaluators, pod("e1", "10.0.0.3"), pod("e2", "10.0.0.4")));
        assertThat(until(heard, list -> list.size() == 4))
                .extracting(Member::address)
                .contains("10.0.0.22:9101")
                .doesNotContain("10.0.0.2:9101");
    }

    @Test
    void watch_breaks_isBegunAnewAndNothingIsLost() {
        BlockingQueue<List<Member>> heard = started();
        for (int i = 3; i < 6; i++) {
            server.breakWatches();
            create(slice("trainer-" + i, "trainer", 9101, pod("t" + i, "10.0.1." + i)));
            int members = i + 1;
            until(heard, list -> list.size() == members);
        }
    }

    /** By a proxy that lets none through, say. */
    @Test
    void watch_isRefused_tellsWhatEachListSays() {
        server.allow(access -> !access.verb().equals("watch"));
        Membership source = membership();
        try (source) {
            BlockingQueue<List<Member>> heard = listen(source);
            source.start();
            next(heard, 3);
            put(with(trainers, pod("t1", "10.0.0.1")));
            assertThat(next(heard, 2)).extracting(Member::id).containsExactly("uid-e1", "uid-t1");
        }
    }

    /** What changed while nobody watched is not in the events that follow; a new list has it. */
    @Test
    void watch_isTooOld_listsAnew() {
        BlockingQueue<List<Member>> heard = started();
        server.mute(true);
        delete(evaluators);
        put(with(trainers, pod("t2", "10.0.0.2"), pod("t9", "10.0.0.9")));
        server.mute(false);
        assertThat(heard).isEmpty();

        server.forget();

        List<Member> members = until(
                heard, list -> list.stream().noneMatch(member -> member.id().equals("uid-e1")));
        assertThat(members).extracting(Member::id).containsExactly("uid-t2", "uid-t9");
        server.remember();
        put(with(trainers, pod("t2", "10.0.0.2")));
        assertThat(until(heard, list -> list.size() == 1))
                .extracting(Member::id)
                .containsExactly("uid-t2");
    }

    @Test
    void apiServer_isAway_theLastListStaysUntilItIsBack() {
        BlockingQueue<List<Member>> heard = started();
        server.leave();
        int asked = server.asked().size();
        delete(evaluators);
        server.forget();
        // It has been in vain several times.
        Await.until(() -> server.asked().size() > asked + 3);
        assertThat(heard).isEmpty();

        server.comeBack();

        assertThat(until(heard, list -> list.size() == 2))
                .extracting(Member::id)
                .containsExactly("uid-t1", "uid-t2");
        server.remember();
        put(with(trainers, pod("t1", "10.0.0.1")));
        assertThat(until(heard, list -> list.size() == 1))
                .extracting(Member::id)
                .containsExactly("uid-t1");
    }

    @Test
    void apiServer_isAwayAtTheStart_nothingIsToldUntilItIsThere() {
        server.leave();
        Membership source = membership();
        try (source) {
            BlockingQueue<List<Member>> heard = listen(source);
            source.start();
            Await.until(() -> server.asked().size() > 3);
            assertThat(heard).isEmpty();

            server.comeBack();

            next(heard, 3);
        }
    }

    @Test
    void namespace_hasNoWorkers_saysSo() {
        delete(trainers);
        delete(evaluators);
        try (Membership source = membership()) {
            BlockingQueue<List<Member>> heard = listen(source);
            source.start();
            assertThat(next(heard, 0)).isEmpty();
        }
    }

    private BlockingQueue<List<Member>> started() {
        Membership source = membership();
        BlockingQueue<List<Member>> heard = listen(source);
        source.start();
        next(heard, 3);
        Await.until(() -> server.watches() == 1);
        return heard;
    }

    private static List<Member> until(BlockingQueue<List<Member>> heard, Predicate<List<Member>> as) {
        while (true) {
            List<Member> list;
            try {
                list = heard.poll(ROOM.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(list).as("no such list came").isNotNull();
            if (as.test(list)) {
                return list;
            }
        }
    }

    private void create(EndpointSlice slice) {
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(slice)
                .create();
    }

    private void put(EndpointSlice slice) {
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(slice)
                .update();
    }

    private void delete(EndpointSlice slice) {
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(slice)
                .delete();
    }
}
