package org.crvqa.cli;

import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.ServiceHealth;
import org.crvqa.cli.local.ServiceState;
import org.crvqa.coordinator.v1.WorkerStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Show the services, their ports, health and running tasks.",
        footer = {
            "",
            "Ends with 0 when all services are ready, 1 when one is not, 3 when no cluster runs.",
            "",
            "Examples:",
            "  crvqa local status",
            "  crvqa local status --output json"
        })
final class LocalStatusCommand implements Callable<Integer> {
    private static final int KEY_DIGITS = 12;

    private record Line(ServiceState service, boolean ready, String task) {}

    private record Status(String folder, String store, String coordinator, List<Line> services) {}

    private final CliContext context;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    @Mixin
    private OutputOption output = new OutputOption();

    LocalStatusCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ClusterFolder where = folder.resolve(context);
        Optional<ClusterState> running = where.running();
        if (running.isEmpty()) {
            context.console()
                    .say(
                            where.inUse()
                                    ? "The cluster in " + where.path() + " is starting or stopping."
                                    : "No cluster runs in " + where.path() + ". Start one with '"
                                            + new ClusterHints(context, where).local("up") + "'.");
            return ExitCode.UNREACHABLE;
        }
        ClusterState state = running.get();
        Map<String, String> tasks = runningTasks(state);
        ServiceHealth health = new ServiceHealth();
        List<Line> lines = new ArrayList<>();
        for (ServiceState service : state.services()) {
            lines.add(new Line(service, health.ready(service), tasks.getOrDefault(service.address(), "")));
        }
        print(new Status(where.path().toString(), state.store(), state.coordinator(), lines));
        return lines.stream().allMatch(Line::ready) ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(Status status) {
        if (output.json()) {
            context.console()
                    .print(new GsonBuilder().setPrettyPrinting().create().toJson(status));
            return;
        }
        boolean color = context.console().outColor();
        Table table = Table.of(List.of("Service", "Device", "Health", "gRPC", ">HTTP", ">PID", ">Restarts", "Task"));
        for (Line line : status.services()) {
            ServiceState service = line.service();
            table.row(List.of(
                    service.name(),
                    service.device(),
                    line.ready() ? Style.GOOD.apply("ready", color) : Style.BAD.apply("not ready", color),
                    service.address(),
                    Integer.toString(service.httpPort()),
                    service.pid() == 0 ? "–" : Long.toString(service.pid()),
                    Integer.toString(service.restarts()),
                    line.task()));
        }
        table.lines(color).forEach(context.console()::print);
        context.console().print("");
        context.console().print("Store " + status.store() + ", folder " + status.folder());
    }

    // By the address of the worker; none when the coordinator does not answer, which its own line shows.
    private static Map<String, String> runningTasks(ClusterState state) {
        Map<String, String> tasks = new HashMap<>();
        try (CoordinatorClient client = CoordinatorClient.of(state.coordinator())) {
            for (WorkerStatus worker : client.workers().getWorkersList()) {
                String key = worker.getWorker().getRunningKey();
                tasks.put(worker.getAddress(), key.substring(0, Math.min(KEY_DIGITS, key.length())));
            }
        } catch (CoordinatorException e) {
            return Map.of();
        }
        return tasks;
    }
}
