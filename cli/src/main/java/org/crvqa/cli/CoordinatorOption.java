package org.crvqa.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.local.ClusterState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which coordinator a command talks to. */
final class CoordinatorOption {
    private static final String USUAL = "localhost:9100";

    @Option(
            names = "--coordinator",
            paramLabel = "HOST:PORT",
            description =
                    "The coordinator. Default: CRVQA_COORDINATOR, else the running local cluster, else " + USUAL + ".")
    private @Nullable String address;

    CoordinatorClient connect(CliContext context) {
        return CoordinatorClient.of(resolve(context))
                .whenStandby(asOf -> context.console()
                        .say("This coordinator stands by, and tells what the store said at "
                                + LocalTime.ofInstant(asOf, ZoneId.systemDefault())
                                        .truncatedTo(ChronoUnit.SECONDS)
                                + "; how far tasks are only the leader knows."));
    }

    String resolve(CliContext context) {
        if (address != null) {
            return address;
        }
        String fromEnvironment = context.environment().getOrDefault("CRVQA_COORDINATOR", "");
        if (!fromEnvironment.isEmpty()) {
            return fromEnvironment;
        }
        return context.localFolder().running().map(ClusterState::coordinator).orElse(USUAL);
    }
}
