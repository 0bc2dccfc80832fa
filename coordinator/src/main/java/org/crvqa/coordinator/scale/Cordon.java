package org.crvqa.coordinator.scale;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.crvqa.coordinator.fleet.LatestMembers;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;

/**
 * The members of another source, some of which take no work because they are to leave: what they do is finished, and nothing
 * new reaches them between the decision to shrink a pool and the end of their pods. Thread-safe.
 */
public final class Cordon implements Membership {
    private final Membership source;
    private final LatestMembers latest = new LatestMembers();
    private Optional<List<Member>> members = Optional.empty();
    private Set<String> leavers = Set.of();

    /** {@code source} is closed with this. */
    public Cordon(Membership source) {
        this.source = source;
    }

    @Override
    public void start() {
        source.subscribe(this::heard);
        source.start();
    }

    @Override
    public Subscription subscribe(Consumer<List<Member>> listener) {
        return latest.subscribe(listener);
    }

    /** The members of these ids, and no others, get nothing from now on. */
    void hold(Set<String> ids) {
        synchronized (latest) {
            leavers = Set.copyOf(ids);
            tell();
        }
    }

    private void heard(List<Member> all) {
        synchronized (latest) {
            members = Optional.of(all);
            tell();
        }
    }

    private void tell() {
        members.ifPresent(all -> latest.tell(all.stream().map(this::held).toList()));
    }

    private Member held(Member member) {
        return leavers.contains(member.id())
                ? new Member(member.id(), member.kind(), member.address(), false, member.pod())
                : member;
    }

    @Override
    public void close() {
        source.close();
        latest.close();
    }
}
