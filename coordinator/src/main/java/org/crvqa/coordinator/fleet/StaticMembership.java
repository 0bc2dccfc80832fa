package org.crvqa.coordinator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.WorkerKind;

/** Workers that are listed when the coordinator starts, each by its address, and stay. */
public final class StaticMembership implements Membership {
    private static final Pattern FORM = Pattern.compile("[^\\s,/:]+:[0-9]{1,5}|\\[[0-9a-fA-F:]+]:[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;

    private final LatestMembers latest = new LatestMembers();
    private final List<Member> members;

    /**
     * The workers of three comma-separated lists of host:port.
     *
     * @throws InvalidInputException when an address is malformed or given twice
     */
    public StaticMembership(String trainers, String pruners, String evaluators) {
        List<Member> found = new ArrayList<>();
        parse("CRVQA_TRAINERS", trainers, WorkerKind.WORKER_KIND_TRAINER, found);
        parse("CRVQA_PRUNERS", pruners, WorkerKind.WORKER_KIND_PRUNER, found);
        parse("CRVQA_EVALUATORS", evaluators, WorkerKind.WORKER_KIND_EVALUATOR, found);
        members = List.copyOf(found);
    }

    private static void parse(String variable, String list, WorkerKind kind, List<Member> members) {
        for (String part : list.split(",", -1)) {
            String address = part.strip();
            if (address.isEmpty()) {
                continue;
            }
            if (!FORM.matcher(address).matches() || port(address) < 1 || port(address) > MAX_PORT) {
                throw new InvalidInputException(
                        variable + " holds '" + address + "', expected host:port with a port from 1 to " + MAX_PORT,
                        "Give the workers as host:port,host:port.");
            }
            if (members.stream().anyMatch(known -> known.address().equals(address))) {
                throw new InvalidInputException(
                        variable + " holds " + address + " a second time", "Give each worker once.");
            }
            members.add(Member.fixed(kind, address));
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public void start() {
        latest.tell(members);
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
