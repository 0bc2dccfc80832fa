package org.crvqa.coordinator.dispatch;

import java.util.List;
import java.util.function.Consumer;
import org.crvqa.coordinator.fleet.LatestMembers;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;

/** How a simulated coordinator hears who there is. */
final class SimSource implements Membership {
    private final LatestMembers latest = new LatestMembers();
    private final SimMembers members;
    private final SimProcess process;

    SimSource(SimMembers members, SimProcess process) {
        this.members = members;
        this.process = process;
    }

    @Override
    public void start() {
        members.tell(process, latest::tell);
    }

    @Override
    public Subscription subscribe(Consumer<List<Member>> listener) {
        return latest.subscribe(listener);
    }

    @Override
    public void close() {
        latest.close();
    }
}
