package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.GpuDevice;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.cli.local.ServiceState;

/** What a local cluster that runs was started with. */
final class RunningCluster {
    private final ClusterState state;

    RunningCluster(ClusterState state) {
        this.state = state;
    }

    /**
     * In what it differs from what is asked for, for people: "4 trainers instead of 2".
     *
     * @param store that was asked for; empty: whichever it has
     * @param workers what was asked for of each kind
     * @param device whether it was said what to compute on: then that of the settings
     */
    List<String> differences(
            Optional<String> store, WorkerCountOptions workers, boolean device, ClusterSettings asked) {
        List<String> found = new ArrayList<>();
        store.filter(location -> !withoutSlash(location).equals(withoutSlash(state.store())))
                .ifPresent(location -> found.add("its store is " + state.store() + ", not " + location));
        workers.asked().forEach((kind, count) -> {
            long running = count(kind);
            if (running != count) {
                found.add("it has " + running + " " + kind.label() + (running == 1 ? "" : "s") + ", not " + count);
            }
        });
        String wanted = devices(asked.gpus().stream().map(GpuDevice::label).toList());
        String used = devices(state.services().stream()
                .map(ServiceState::device)
                .filter(name -> !name.isEmpty())
                .toList());
        if (device && !wanted.equals(used)) {
            found.add("its workers compute on " + used + ", not " + wanted);
        }
        return found;
    }

    private long count(ServiceKind kind) {
        return state.services().stream()
                .filter(service -> service.kind().equals(kind.label()))
                .count();
    }

    private static String devices(List<String> names) {
        return names.isEmpty() ? "cpu" : names.stream().distinct().sorted().collect(Collectors.joining(", "));
    }

    private static String withoutSlash(String location) {
        return location.replaceFirst("^file:/(?=[^/])", "file:///").replaceFirst("/+$", "");
    }

    /** The lines to print. */
    List<String> lines() {
        String devices = state.services().stream()
                .map(ServiceState::device)
                .filter(used -> !used.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
        return List.of("coordinator " + state.coordinator(), "store       " + state.store(), "workers on  " + devices);
    }
}
