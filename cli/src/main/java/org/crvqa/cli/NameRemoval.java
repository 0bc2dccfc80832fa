package org.crvqa.cli;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.store.OpenStore;

/** Takes names away: all of those that are given, or none. */
final class NameRemoval {
    private NameRemoval() {}

    static int run(CliContext context, StoreOption store, Names.Kind kind, List<String> names, String list) {
        try (OpenStore open = store.openExisting(context)) {
            SortedMap<String, ArtifactKey> known = open.names().list(kind);
            for (String name : names) {
                if (!known.containsKey(name)) {
                    throw new InvalidInputException(
                            "There is no name '" + name + "' in names/" + kind.folder() + "; nothing was changed",
                            "'" + list + "' shows which there are.");
                }
            }
            for (String name : names) {
                open.names().remove(kind, name);
                context.console()
                        .print(name + " is no name any more; it stood for "
                                + Optional.ofNullable(known.get(name))
                                        .map(ArtifactKey::hex)
                                        .orElse("nothing"));
            }
            return ExitCode.OK;
        }
    }
}
