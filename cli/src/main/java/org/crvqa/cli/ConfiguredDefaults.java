package org.crvqa.cli;

import java.util.Arrays;
import java.util.Map;
import org.crvqa.cli.config.Configuration;
import org.crvqa.cli.report.ReportForm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --output} is where nobody says: CRVQA_OUTPUT, else what the person's file of defaults says. */
final class ConfiguredDefaults implements IDefaultValueProvider {
    private final Map<String, String> environment;
    private final Configuration configuration;

    ConfiguredDefaults(Map<String, String> environment, Configuration configuration) {
        this.environment = environment;
        this.configuration = configuration;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        boolean output = argument instanceof OptionSpec option
                && Arrays.asList(option.names()).contains("--output")
                && (option.type() == OutputOption.Form.class
                        || option.type() == HistoryCommand.Form.class
                        || option.type() == ReportForm.class);
        if (!output) {
            return null;
        }
        return output();
    }

    /** Of every command that has the option; null where nobody says. */
    @Nullable
    String output() {
        String fromEnvironment = environment.getOrDefault("CRVQA_OUTPUT", "");
        return fromEnvironment.isEmpty() ? configuration.output().orElse(null) : fromEnvironment;
    }
}
