package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.fleet.MembershipContract;
import org.crvqa.coordinator.fleet.StaticMembership;
import org.junit.jupiter.api.Test;

class CordonTest extends MembershipContract {
    @Override
    protected Membership membership() {
        return cordon();
    }

    private static Cordon cordon() {
        return new Cordon(new StaticMembership("10.0.0.1:9101,10.0.0.2:9101", "", "10.0.0.3:9103"));
    }

    @Test
    void hold_members_takeNoWorkUntilTheyAreLetGo() {
        try (Cordon cordon = cordon()) {
            BlockingQueue<List<Member>> heard = listen(cordon);
            cordon.start();
            assertThat(next(heard, 3)).allMatch(Member::takesWork);

            cordon.hold(Set.of("10.0.0.2:9101", "10.0.0.3:9103", "of nobody"));
            assertThat(next(heard, 3))
                    .filteredOn(Member::takesWork)
                    .extracting(Member::id)
                    .containsExactly("10.0.0.1:9101");

            cordon.hold(Set.of());
            assertThat(next(heard, 3)).allMatch(Member::takesWork);
        }
    }

    @Test
    void hold_beforeAnybodyIsKnown_holdsWhenTheyAre() {
        try (Cordon cordon = cordon()) {
            cordon.hold(Set.of("10.0.0.1:9101"));
            BlockingQueue<List<Member>> heard = listen(cordon);
            assertThat(heard).isEmpty();
            cordon.start();
            assertThat(next(heard, 3)).filteredOn(member -> !member.takesWork()).hasSize(1);
        }
    }
}
