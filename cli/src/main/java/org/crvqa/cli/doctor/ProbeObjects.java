package org.crvqa.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;

/** Names of objects that are there for a check only. Closing removes them all, whatever happened before. */
final class ProbeObjects implements AutoCloseable {
    private final ObjectStore store;
    private final String prefix = "probes/doctor-" + UUID.randomUUID() + "/";
    private final List<String> names = new ArrayList<>();

    ProbeObjects(ObjectStore store) {
        this.store = store;
    }

    /** A name that nobody has used. */
    String name(String what) {
        String name = prefix + what + "-" + names.size();
        names.add(name);
        return name;
    }

    /** What all names begin with. */
    String prefix() {
        return prefix;
    }

    // By their names rather than by a list, which may be one of the things that do not work.
    @Override
    public void close() {
        for (String name : names) {
            try {
                store.delete(name);
            } catch (StoreException e) {
                // A check has said already that the store does not answer; the others may still go.
            }
        }
    }
}
