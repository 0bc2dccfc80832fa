package org.crvqa.coordinator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The table of {@link Role}, cell by cell. */
class RoleTest {
    private static final long LEASE = 15;

    @Test
    void standby_looked_newSignOrTermBeginsAnew() {
        Role.Standby first = Role.FIRST.looked(4, "7", 100);

        assertThat(first).isEqualTo(new Role.Standby(4, "7", 100, true));
        assertThat(first.looked(4, "7", 110)).isEqualTo(first);
        assertThat(first.looked(4, "8", 110)).isEqualTo(new Role.Standby(4, "8", 110, true));
        assertThat(first.looked(5, "7", 110)).isEqualTo(new Role.Standby(5, "7", 110, true));
        assertThat(first.term()).isZero();
        assertThat(first.isHeld(100, LEASE)).isFalse();
    }

    @Test
    void standby_isFree_afterALeaseWithoutAChange() {
        Role.Standby standby = Role.FIRST.looked(4, "7", 100);

        assertThat(standby.isFree(114, LEASE)).isFalse();
        assertThat(standby.isFree(115, LEASE)).isTrue();
        assertThat(Role.FIRST.isFree(1_000, LEASE)).isFalse();
    }

    @Test
    void standby_claimed_leadsOrWaits() {
        assertThat(Role.FIRST.claimed(5, 100, 100)).isEqualTo(new Role.Leader(5, 100, false));
        assertThat(Role.FIRST.claimed(5, 100, 116)).isEqualTo(new Role.Waiting(5, 100, 116));
    }

    @Test
    void waiting_renewed_leadsWhenTheOneBeforeHasStopped() {
        Role.Waiting waiting = new Role.Waiting(5, 100, 116);

        assertThat(waiting.isHeld(100, LEASE)).isFalse();
        assertThat(waiting.isHeld(116, LEASE)).isFalse();
        assertThat(waiting.renewed(115)).isEqualTo(new Role.Waiting(5, 115, 116));
        assertThat(waiting.renewed(116)).isEqualTo(new Role.Leader(5, 116, false));
        assertThat(waiting.term()).isEqualTo(5);
    }

    @Test
    void leader_isHeld_forALeaseAndWithoutDoubt() {
        Role.Leader leader = new Role.Leader(5, 100, false);

        assertThat(leader.isHeld(114, LEASE)).isTrue();
        assertThat(leader.isHeld(115, LEASE)).isFalse();
        assertThat(leader.challenged().isHeld(100, LEASE)).isFalse();
        assertThat(leader.challenged().renewed(105)).isEqualTo(new Role.Leader(5, 105, false));
        assertThat(leader.term()).isEqualTo(5);
    }
}
