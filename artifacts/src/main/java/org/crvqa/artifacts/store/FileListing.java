package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The files below a folder as objects, in the order of their whole names. A folder counts under its name with '/', which
 * puts its files where they belong among its siblings. Of each folder at most {@code namesAtOnce} names are in memory; a
 * larger one is read several times, each time for the names that follow.
 */
final class FileListing {
    /** About 20 MB of them; folders with more objects are rare, and reading one again takes a second a million. */
    static final int NAMES_AT_ONCE = 1 << 16;

    private final Path root;
    private final String prefix;
    private final String after;
    private final int namesAtOnce;

    /** @param name of the whole object; of a folder with '/' at its end */
    private record Entry(String name, boolean isFolder, long sizeBytes, Instant modified) {}

    FileListing(Path root, String prefix, String after, int namesAtOnce) {
        this.root = root;
        this.prefix = prefix;
        this.after = after;
        this.namesAtOnce = namesAtOnce;
    }

    /** Shows the visitor one object after the other, until it returns false. */
    void run(Predicate<StoredObject> visitor) throws IOException {
        visit(prefix.substring(0, prefix.lastIndexOf('/') + 1), visitor);
    }

    /** Whether the visitor wants more. {@code folder}: empty, or with '/' at its end. */
    private boolean visit(String folder, Predicate<StoredObject> visitor) throws IOException {
        String last = "";
        while (true) {
            TreeSet<Entry> entries = following(folder, last);
            for (Entry entry : entries) {
                boolean more = entry.isFolder()
                        ? visit(entry.name(), visitor)
                        : visitor.test(new StoredObject(entry.name(), entry.sizeBytes(), entry.modified()));
                if (!more) {
                    return false;
                }
            }
            if (entries.size() < namesAtOnce) {
                return true;
            }
            last = entries.last().name();
        }
    }

    /** The first entries of a folder that are wanted and come behind {@code last}. */
    private TreeSet<Entry> following(String folder, String last) throws IOException {
        TreeSet<Entry> first = new TreeSet<>(Comparator.comparing(Entry::name));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(folder))) {
            for (Path file : files) {
                String name = folder + file.getFileName();
                // A look at the file itself costs more than its name: only for one that may be among the first.
                boolean tooEarly = (name + "/").compareTo(last) <= 0;
                boolean tooLate = first.size() == namesAtOnce
                        && name.compareTo(first.last().name()) >= 0;
                boolean elsewhere = !name.startsWith(prefix) && !prefix.startsWith(name);
                if (!tooEarly && !tooLate && !elsewhere && ObjectName.isLegal(name)) {
                    entry(file, name).filter(entry -> isWanted(entry, last)).ifPresent(first::add);
                }
                if (first.size() > namesAtOnce) {
                    first.pollLast();
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // A folder may vanish, and a prefix need not be one.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return first;
    }

    private boolean isWanted(Entry entry, String last) {
        String name = entry.name();
        if (name.compareTo(last) <= 0) {
            return false;
        }
        if (!entry.isFolder()) {
            return name.startsWith(prefix) && name.compareTo(after) > 0;
        }
        boolean mayHoldPrefix = name.startsWith(prefix) || prefix.startsWith(name);
        return mayHoldPrefix && (name.compareTo(after) > 0 || after.startsWith(name));
    }

    /** Links to files count as files; links to folders would lead out of the store, or in circles. */
    private static Optional<Entry> entry(Path file, String name) throws IOException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory()) {
                return Optional.of(new Entry(name + "/", true, 0, Instant.EPOCH));
            }
            BasicFileAttributes target =
                    found.isSymbolicLink() ? Files.readAttributes(file, BasicFileAttributes.class) : found;
            return target.isRegularFile()
                    ? Optional.of(new Entry(
                            name,
                            false,
                            target.size(),
                            target.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
