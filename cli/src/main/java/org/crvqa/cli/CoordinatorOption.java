package org.crvqa.cli;

import java.time.ZoneId;
import java.util.Optional;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.Words;
import org.crvqa.cli.local.ClusterFolder;
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
                    "The coordinator. Default: CRVQA_COORDINATOR, else the config file's, else the running local cluster,"
                            + " else " + USUAL + ".")
    private @Nullable String address;

    /** Whether it was given on the command line. */
    boolean isOption() {
        return address != null;
    }

    CoordinatorClient connect(CliContext context) {
        return CoordinatorClient.of(resolve(context))
                .whenStandby(asOf -> context.console()
                        .say("This coordinator stands by, and tells what the store said on "
                                + Words.date(asOf, ZoneId.systemDefault())
                                + "; how far tasks are only the leader knows."));
    }

    /** host:port of the coordinator that option, environment and running clusters say. */
    String resolve(CliContext context) {
        return target(context).address();
    }

    /**
     * What another command needs to reach the same coordinator, with a space before it; empty where it would find it by
     * itself, whatever its environment.
     */
    String arguments(CliContext context) {
        Target target = target(context);
        return target.foundAnyway() ? "" : " --coordinator " + target.address();
    }

    /** The coordinator that option, environment or the file of defaults names. */
    Optional<String> named(CliContext context) {
        if (address != null) {
            return Optional.of(address);
        }
        String fromEnvironment = context.environment().getOrDefault("CRVQA_COORDINATOR", "");
        return fromEnvironment.isEmpty() ? context.configuration().coordinator() : Optional.of(fromEnvironment);
    }

    private record Target(String address, boolean foundAnyway) {}

    private Target target(CliContext context) {
        if (address != null) {
            return new Target(address, false);
        }
        String fromEnvironment = context.environment().getOrDefault("CRVQA_COORDINATOR", "");
        if (!fromEnvironment.isEmpty()) {
            return new Target(fromEnvironment, false);
        }
        ClusterFolder local = context.localFolder();
        boolean chosen = !context.environment().getOrDefault("CRVQA_LOCAL", "").isEmpty();
        Optional<ClusterState> running = local.running();
        Optional<String> configured = context.configuration().coordinator();
        if (configured.isPresent() && !(chosen && running.isPresent())) {
            return new Target(configured.get(), true);
        }
        return running.map(state -> new Target(state.coordinator(), context.isUsual(local)))
                .orElse(new Target(USUAL, true));
    }
}
