package org.crvqa.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.doctor.Check;
import org.crvqa.cli.doctor.ClusterChecks;
import org.crvqa.cli.doctor.DatasetChecks;
import org.crvqa.cli.doctor.DeviceChecks;
import org.crvqa.cli.doctor.DoctorReport;
import org.crvqa.cli.doctor.MachineChecks;
import org.crvqa.cli.doctor.StoreChecks;
import org.crvqa.cli.doctor.ThroughputCheck;
import org.crvqa.cli.store.OpenStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Check store, coordinator, workers, this machine and a dataset, and say what to fix.",
            "",
            "Writes some objects to the store, looks whether they are seen at once and whether racing creations have one"
                    + " winner, measures a file up and down, compares clocks, and removes what it wrote. Without a"
                    + " coordinator, that and its workers are skipped with a warning.",
            "",
            "Shows processor, GPUs, driver and libtorch of this machine, which device a worker here would choose and why,"
                    + " starts the tensor engine on it and lets it compute what is known. What is missing for a GPU is"
                    + " named with the one line that mends it."
        },
        footer = {
            "",
            "Ends with 0 when nothing failed (there may be warnings), else with 1.",
            "",
            "Examples:",
            "  crvqa doctor",
            "  crvqa doctor --store s3://bucket/crvqa --size-mib 512",
            "  crvqa doctor --dataset vqa-cp-v2 --device gpu:0",
            "  crvqa doctor --output json"
        })
final class DoctorCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(
            names = "--size-mib",
            paramLabel = "N",
            description = "Size of the file that measures throughput (default 64; above 32 S3 gets several parts;"
                    + " 0: do not measure).")
    private int sizeMebibytes = 64;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Also verify this dataset, byte by byte.")
    private @Nullable String dataset;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "What to compute on here: cpu, gpu:0 or auto (default: CRVQA_DEVICE, else auto).")
    private @Nullable String device;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    DoctorCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (sizeMebibytes < 0) {
            throw new InvalidInputException(
                    "--size-mib is " + sizeMebibytes + ", expected at least 0", "Give a larger number.");
        }
        Path cache = OpenStore.cache(context.environment(), context.userHome());
        List<Check> checks = new ArrayList<>();
        // Looked at, not made: a mistyped folder must not become a store.
        try (ObjectStore objects = ObjectStores.connectExisting(store.resolve(context))) {
            store(objects, cache, checks);
        } catch (InvalidInputException e) {
            checks.add(Check.failed("store", "reachable", String.valueOf(e.getMessage()), e.advice()));
        }
        say("Asking the coordinator and its workers ...");
        try (CoordinatorClient client = coordinator.connect(context)) {
            checks.addAll(ClusterChecks.run(client, Crvqa.Version.text(), context.clock()));
        }
        checks.add(MachineChecks.disk(cache));
        say("Starting the tensor engine ...");
        checks.addAll(DeviceChecks.ofMachine().run(device()));
        return print(new DoctorReport(checks));
    }

    private String device() {
        return device != null ? device : context.environment().getOrDefault("CRVQA_DEVICE", "auto");
    }

    private void store(ObjectStore objects, Path cache, List<Check> checks) {
        say("Looking at " + objects.location() + " ...");
        List<Check> basics = new StoreChecks(objects, context.clock()).run();
        checks.addAll(basics);
        if (basics.get(0).status() == Check.Status.FAILED) {
            return;
        }
        if (sizeMebibytes > 0) {
            say("Moving " + sizeMebibytes + " MiB there and back ...");
            checks.add(new ThroughputCheck(objects, cache).run(sizeMebibytes));
        }
        if (dataset != null) {
            say("Verifying dataset " + dataset + " ...");
            checks.addAll(DatasetChecks.run(new ArtifactRepository(objects, cache), new Names(objects), dataset));
        }
    }

    private int print(DoctorReport report) {
        if (output.json()) {
            context.console().print(report.json());
        } else {
            report.lines(context.console().outColor()).forEach(context.console()::print);
        }
        return report.healthy() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void say(String what) {
        context.console().say(what);
    }
}
