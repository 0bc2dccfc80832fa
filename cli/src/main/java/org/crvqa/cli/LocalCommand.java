package org.crvqa.cli;

import picocli.CommandLine.Command;

@Command(
        name = "local",
        description = "The four services as processes of this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LocalUpCommand.class,
            LocalDownCommand.class,
            LocalStatusCommand.class,
            LocalSuperviseCommand.class
        },
        footer = {
            "",
            "Other commands find a running local cluster by themselves.",
            "",
            "Examples:",
            "  crvqa local up",
            "  crvqa local up --trainers 4 --store /data/crvqa",
            "  crvqa local status",
            "  crvqa local down"
        })
final class LocalCommand {}
