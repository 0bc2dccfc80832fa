package org.crvqa.coordinator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;

class StaticMembershipTest extends MembershipContract {
    @Override
    protected Membership membership() {
        return new StaticMembership("10.0.0.1:9101, 10.0.0.2:9101", "", "10.0.0.3:9103,");
    }

    @Test
    void members_areKnownByTheirAddresses() {
        List<Member> members = new ArrayList<>();
        try (Membership source = new StaticMembership("a:1", "[::1]:2", "")) {
            source.start();
            source.subscribe(members::addAll).close();
        }

        assertThat(members)
                .containsExactly(
                        Member.fixed(WorkerKind.WORKER_KIND_TRAINER, "a:1"),
                        Member.fixed(WorkerKind.WORKER_KIND_PRUNER, "[::1]:2"));
        assertThat(members).extracting(Member::name).containsExactly("a:1", "[::1]:2");
    }

    @Test
    void addresses_malformedOrGivenTwice_areRefused() {
        assertThatThrownBy(() -> new StaticMembership("localhost", "", ""))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("CRVQA_TRAINERS holds 'localhost', expected host:port");
        assertThatThrownBy(() -> new StaticMembership("a:65536", "", ""))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> new StaticMembership("a:1", "a:1", ""))
                .hasMessageContaining("CRVQA_PRUNERS holds a:1 a second time");
    }
}
