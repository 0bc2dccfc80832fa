package org.crvqa.cli;

import picocli.CommandLine.Command;

@Command(
        name = "masks",
        description = "Look into the masks of subnetworks.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = MasksCompareCommand.class,
        footer = {"", "Examples:", "  crvqa masks compare --experiment demo-1a2b3c4d"})
final class MasksCommand {}
