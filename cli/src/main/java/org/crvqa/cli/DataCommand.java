package org.crvqa.cli;

import picocli.CommandLine.Command;

@Command(
        name = "data",
        description = "Bring datasets into the store.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataImportCommand.class, DataSampleCommand.class},
        footer = {
            "",
            "Examples:",
            "  crvqa data import --vqa-cp DIR --name vqa-cp-v2",
            "  crvqa data sample --out sample --import-as sample"
        })
final class DataCommand {}
