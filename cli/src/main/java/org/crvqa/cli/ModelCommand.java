package org.crvqa.cli;

import picocli.CommandLine.Command;

@Command(
        name = "model",
        description = "Bring models into the store, and list them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelInitCommand.class,
            ModelImportCommand.class,
            ModelListCommand.class,
            ModelRemoveCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  crvqa model import lxmert-base-uncased --name lxmert",
            "  crvqa model init tiny/config.json --name tiny"
        })
final class ModelCommand {}
