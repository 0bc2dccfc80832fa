package org.crvqa.cli;

import java.nio.file.Path;
import org.crvqa.cli.local.ClusterFolder;

/** Commands for one local cluster, as a person would type them: with its folder, unless every command looks there anyway. */
final class ClusterHints {
    private final CliContext context;
    private final ClusterFolder folder;

    ClusterHints(CliContext context, ClusterFolder folder) {
        this.context = context;
        this.folder = folder;
    }

    /** "crvqa local down --dir /data/cluster". */
    String local(String command) {
        return "crvqa local " + command + (context.isUsual(folder) ? "" : " --dir " + quoted(folder.path()));
    }

    /** What makes other commands find the cluster: "export CRVQA_LOCAL=/data/cluster". */
    String export() {
        return "export CRVQA_LOCAL=" + quoted(folder.path());
    }

    /** Whether commands that are not told where the cluster is look for it elsewhere. */
    boolean isElsewhere() {
        return !context.localFolder().path().equals(folder.path());
    }

    /** As a shell reads it. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./@%+=:,~-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
