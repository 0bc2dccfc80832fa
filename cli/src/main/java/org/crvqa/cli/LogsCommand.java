package org.crvqa.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.TaskLogs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = {
            "Print what the services of a local cluster logged about a task, all attempts, by time.",
            "The logs go back to the latest 'crvqa local up', and can be read after 'crvqa local down' too."
        },
        footer = {
            "",
            "Ends with 1 when nothing was logged about such a task.",
            "",
            "Examples:",
            "  crvqa logs 1a2b3c4d5e6f            a key that 'crvqa tasks' prints",
            "  crvqa logs 1a2b3c4d5e6f --follow   and what comes, until Ctrl-C",
            "  crvqa logs 1a2b3c4d5e6f --dir /data/cluster"
        })
final class LogsCommand implements Callable<Integer> {
    private static final int LEAST_DIGITS = 4;
    private static final long POLL_MILLIS = 300;

    private final CliContext context;

    @Parameters(paramLabel = "TASK", description = "Its key, or the first digits of it.")
    private String task = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is logged from now on.")
    private boolean follow;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    LogsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        String prefix = checked(task);
        ClusterFolder where = folder.resolve(context);
        checkLocal(where);
        try (TaskLogs logs = TaskLogs.open(where, prefix)) {
            if (logs.isEmpty()) {
                throw notLocal("No local cluster has logged anything in " + where.path());
            }
            AtomicInteger printed = new AtomicInteger();
            print(logs, prefix, printed);
            while (follow && where.inUse() && !nobodyReads()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                print(logs, prefix, printed);
            }
            // What the services said last, between the latest look and their end.
            print(logs, prefix, printed);
            if (printed.get() == 0) {
                context.console()
                        .say("Nothing was logged about a task " + prefix + " in " + where.logs()
                                + ". 'crvqa tasks EXPERIMENT' prints the keys of tasks, and 'crvqa attempts KEY' where"
                                + " each attempt ran.");
                return ExitCode.FAILED;
            }
            return ExitCode.OK;
        }
    }

    /** Such as a pager that was left: nothing else would end this. */
    private boolean nobodyReads() {
        return context.console().out().checkError();
    }

    private void print(TaskLogs logs, String prefix, AtomicInteger printed) throws Exception {
        logs.read(line -> {
            checkOne(logs.keys(), prefix);
            printed.incrementAndGet();
            context.console().print(line);
        });
    }

    private static void checkOne(Set<String> keys, String prefix) {
        if (keys.size() > 1) {
            throw new InvalidInputException(
                    "The keys of several tasks begin with " + prefix + ": "
                            + String.join(", ", keys.stream().sorted().toList()),
                    "Give more digits.");
        }
    }

    private static String checked(String task) {
        String prefix = task.strip().toLowerCase(Locale.ROOT);
        if (!prefix.matches("[0-9a-f]{" + LEAST_DIGITS + ",64}")) {
            throw new InvalidInputException(
                    "'" + task + "' is not the key of a task, expected " + LEAST_DIGITS + " to 64 hexadecimal digits",
                    "'crvqa tasks EXPERIMENT' prints the keys of an experiment's tasks.");
        }
        return prefix;
    }

    /** Somebody who named a coordinator does not want the logs of a cluster that it does not belong to. */
    private void checkLocal(ClusterFolder where) {
        Optional<String> named = folder.isSet() ? Optional.empty() : coordinator.named(context);
        Optional<String> local = where.running().map(ClusterState::coordinator);
        if (named.isPresent() && !named.equals(local)) {
            throw notLocal("The coordinator " + named.get() + " is not that of a local cluster in " + where.path());
        }
    }

    private static InvalidInputException notLocal(String what) {
        return new InvalidInputException(
                what + "; logs are read from the files of a local cluster alone",
                "Name its folder with --dir or CRVQA_LOCAL. Elsewhere 'crvqa attempts KEY' names the worker of each"
                        + " attempt, whose own log has the lines ('kubectl logs POD').");
    }
}
