package org.crvqa.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.CacheLimit;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.store.OpenStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which object store a command works on. */
final class StoreOption {
    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = "The object store: s3://BUCKET/PREFIX, file:///DIR or DIR."
                    + " Default: CRVQA_STORE, else the config file's, else the running local cluster's.")
    private @Nullable String location;

    /** Whether it was given on the command line. */
    boolean isOption() {
        return location != null;
    }

    /** Opens that store; close it. */
    OpenStore open(CliContext context) {
        return OpenStore.open(
                resolve(context),
                OpenStore.cache(context.environment(), context.userHome()),
                CacheLimit.fromEnvironment(context.environment()));
    }

    /** Opens that store to read what is in it: it is neither created nor probed; close it. */
    OpenStore openExisting(CliContext context) {
        return OpenStore.openExisting(
                resolve(context),
                OpenStore.cache(context.environment(), context.userHome()),
                CacheLimit.fromEnvironment(context.environment()));
    }

    /** The store that the options and the environment say. */
    StoreSettings resolve(CliContext context) {
        return settings(
                context,
                find(context)
                        .orElseThrow(() -> new InvalidInputException(
                                "No object store is named and no local cluster runs",
                                "Name one with --store or CRVQA_STORE, or start a cluster with 'crvqa local up'.")));
    }

    /** The same when one is named by option, environment or the file of defaults. */
    Optional<String> named(CliContext context) {
        if (location != null) {
            return Optional.of(asUri(location));
        }
        String fromEnvironment = context.environment().getOrDefault("CRVQA_STORE", "");
        return (fromEnvironment.isEmpty() ? context.configuration().store() : Optional.of(fromEnvironment))
                .map(StoreOption::asUri);
    }

    /** As for the coordinator: a local cluster that CRVQA_LOCAL names comes before the file of defaults. */
    private Optional<String> find(CliContext context) {
        boolean said = location != null
                || !context.environment().getOrDefault("CRVQA_STORE", "").isEmpty();
        Optional<String> local =
                said ? Optional.empty() : context.localFolder().running().map(ClusterState::store);
        boolean chosen = !context.environment().getOrDefault("CRVQA_LOCAL", "").isEmpty();
        return chosen ? local.or(() -> named(context)) : named(context).or(() -> local);
    }

    /** Settings of the store at this location, with the environment's S3 settings. */
    static StoreSettings settings(CliContext context, String location) {
        Map<String, String> environment = new HashMap<>(context.environment());
        environment.put("CRVQA_STORE", location);
        return StoreSettings.fromEnvironment(environment);
    }

    private static String asUri(String text) {
        return text.contains(":/")
                ? text
                : Path.of(text).toAbsolutePath().normalize().toUri().toString();
    }
}
