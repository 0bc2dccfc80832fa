package org.crvqa.cli;

import java.time.Clock;
import org.crvqa.cli.reading.ExperimentIds;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.cli.reading.StoreExperiments;
import org.crvqa.cli.store.OpenStore;
import picocli.CommandLine.Mixin;

/** Who tells of experiments: a coordinator, or with {@code --store} the store itself. */
final class SourceOption {
    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    /** The store of results. */
    StoreOption store() {
        return store;
    }

    /**
     * Whoever option, environment, the file of defaults and running clusters name, in this order; of one place the
     * coordinator first.
     */
    ExperimentReads open(CliContext context) {
        if (!coordinator.isOption() && (store.isOption() || onlyTheStoreIsNamed(context))) {
            OpenStore open = store.openExisting(context);
            return new StoreExperiments(open.objects(), open.artifacts(), Clock.systemUTC(), open::close);
        }
        return coordinator.connect(context);
    }

    private boolean onlyTheStoreIsNamed(CliContext context) {
        return coordinator.named(context).isEmpty()
                && context.localFolder().running().isEmpty()
                && store.named(context).isPresent();
    }

    /** The id of what somebody calls so: an id, the beginning of one, or "latest". */
    static String id(ExperimentReads reads, String text) {
        return ExperimentIds.resolve(reads, text);
    }
}
