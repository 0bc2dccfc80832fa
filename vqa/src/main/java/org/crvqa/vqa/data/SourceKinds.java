package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Path;
import org.crvqa.vqa.data.DatasetSources.SplitFiles;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;

/** Finds files that are something else than what they are given as, by their first bytes, before any is read whole. */
final class SourceKinds {
    private final SourceFiles files;
    private final DatasetSources sources;

    SourceKinds(SourceFiles files, DatasetSources sources) {
        this.files = files;
        this.sources = sources;
    }

    /** A file to look at. */
    @FunctionalInterface
    private interface Opening {
        void run() throws IOException;
    }

    void note(Problems problems) {
        for (SplitFiles split : sources.splits()) {
            json(split.questions(), problems);
            json(split.annotations(), problems);
        }
        for (SubsetFiles subset : sources.subsets()) {
            json(subset.ids(), problems);
        }
        note(sources.vocabulary(), () -> VocabularyFile.requireKind(files, sources.vocabulary()), problems);
        for (Path features : sources.features()) {
            note(features, () -> RegionReaders.open(files, features).close(), problems);
        }
    }

    private void json(Path file, Problems problems) {
        note(file, () -> JsonList.open(files, file).close(), problems);
    }

    private static void note(Path file, Opening opening, Problems problems) {
        problems.attempt(ProblemKind.FILE, () -> {
            try {
                opening.run();
                return true;
            } catch (IOException e) {
                throw SourceFiles.unreadable(file, e);
            }
        });
    }
}
