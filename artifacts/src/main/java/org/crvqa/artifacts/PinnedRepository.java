package org.crvqa.artifacts;

import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskSpec;

/** Artifacts as one reader or writer sees them: each is pinned before it is looked for, until its holder lets go. */
final class PinnedRepository extends ArtifactRepository {
    private final ArtifactRepository unpinned;
    private final PinnedArtifacts holder;

    PinnedRepository(ArtifactRepository unpinned, PinnedArtifacts holder) {
        super(unpinned);
        this.unpinned = unpinned;
        this.holder = holder;
    }

    /** As in every repository, and the artifact stays: a removal that is under way is stopped, if it still can be. */
    @Override
    public Optional<Manifest> find(ArtifactKey key) {
        return holder.find(key);
    }

    /** What the draft makes stays pinned until the holder lets go. */
    @Override
    public ArtifactDraft draft(TaskSpec spec) {
        return unpinned.draft(spec, holder, () -> {});
    }
}
