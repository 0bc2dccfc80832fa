package org.crvqa.cli;

import java.nio.file.Path;
import org.crvqa.cli.local.ClusterFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a local cluster keeps its state file, logs and, by default, its store. */
final class LocalFolderOption {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Folder of the cluster. Default: CRVQA_LOCAL, else ~/.crvqa/local.")
    private @Nullable Path folder;

    ClusterFolder resolve(CliContext context) {
        return folder == null ? context.localFolder() : new ClusterFolder(folder);
    }

    boolean isSet() {
        return folder != null;
    }
}
