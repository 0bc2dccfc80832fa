package org.crvqa.cli;

import picocli.CommandLine.Command;

@Command(
        name = "data",
        description = "Bring datasets into the store and look into them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DataImportCommand.class,
            DataSampleCommand.class,
            DataListCommand.class,
            DataInspectCommand.class,
            DataRemoveCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  crvqa data import --vqa-cp DIR --name vqa-cp-v2",
            "  crvqa data sample --out sample --import-as sample",
            "  crvqa data inspect vqa-cp-v2 --picture shift.svg"
        })
final class DataCommand {}
