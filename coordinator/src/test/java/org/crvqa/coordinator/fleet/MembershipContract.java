package org.crvqa.coordinator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every source of members keeps. */
public abstract class MembershipContract {
    /** With room for a busy machine. */
    protected static final Duration ROOM = Duration.ofSeconds(60);

    private final List<Membership.Subscription> subscriptions = new ArrayList<>();
    private final List<Membership> opened = new ArrayList<>();

    /**
     * A source of two trainers and one evaluator, at 10.0.0.1:9101, 10.0.0.2:9101 and 10.0.0.3:9103, that was not started.
     */
    protected abstract Membership membership();

    private Membership open() {
        Membership made = membership();
        opened.add(made);
        return made;
    }

    @AfterEach
    void closeAll() {
        subscriptions.forEach(Membership.Subscription::close);
        opened.forEach(Membership::close);
    }

    /** What a listener has heard. */
    protected final BlockingQueue<List<Member>> listen(Membership source) {
        BlockingQueue<List<Member>> heard = new LinkedBlockingQueue<>();
        subscriptions.add(source.subscribe(heard::add));
        return heard;
    }

    /** The next list with so many members. */
    protected static List<Member> next(BlockingQueue<List<Member>> heard, int members) {
        List<Member> list;
        do {
            try {
                list = heard.poll(ROOM.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(list).as("no list of %s members came", members).isNotNull();
        } while (list.size() != members);
        return list;
    }

    @Test
    void subscribe_thenStart_hearsTheWholeList() {
        Membership source = open();
        BlockingQueue<List<Member>> heard = listen(source);
        assertThat(heard).isEmpty();

        source.start();

        List<Member> members = next(heard, 3);
        assertThat(members)
                .extracting(Member::address)
                .containsExactlyInAnyOrder("10.0.0.1:9101", "10.0.0.2:9101", "10.0.0.3:9103");
        assertThat(members).extracting(Member::id).doesNotHaveDuplicates();
        assertThat(members).allMatch(Member::takesWork);
        assertThat(members)
                .filteredOn(member -> member.kind() == WorkerKind.WORKER_KIND_EVALUATOR)
                .extracting(Member::address)
                .containsExactly("10.0.0.3:9103");
    }

    @Test
    void subscribe_listIsKnown_isToldAtOnce() {
        Membership source = open();
        BlockingQueue<List<Member>> first = listen(source);
        source.start();
        List<Member> known = next(first, 3);

        List<List<Member>> heard = new ArrayList<>();
        subscriptions.add(source.subscribe(heard::add));

        assertThat(heard).containsExactly(known);
    }

    @Test
    void close_ofASubscription_nothingIsHeardAfterwards() {
        Membership source = open();
        BlockingQueue<List<Member>> closed = new LinkedBlockingQueue<>();
        source.subscribe(closed::add).close();
        BlockingQueue<List<Member>> other = listen(source);

        source.start();

        next(other, 3);
        assertThat(closed).isEmpty();
    }

    @Test
    void listener_throws_othersHearAllTheSame() {
        Membership source = open();
        subscriptions.add(source.subscribe(members -> {
            throw new IllegalStateException("a defect of one listener");
        }));
        BlockingQueue<List<Member>> other = listen(source);

        source.start();

        assertThat(next(other, 3)).hasSize(3);
    }

    @Test
    void close_thenSubscribe_hearsNothing() {
        Membership source = open();
        BlockingQueue<List<Member>> before = listen(source);
        source.start();
        next(before, 3);

        source.close();
        BlockingQueue<List<Member>> after = listen(source);

        assertThat(after).isEmpty();
    }
}
