package org.crvqa.artifacts.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Objects as files below a folder, which may be shared by many processes. Every object is first written and synced
 * under another name in the folder {@code .tmp}; a hard link then creates it, or a rename replaces it, so that it
 * appears whole. Needs a file system with hard links.
 */
final class FileObjectStore implements ObjectStore {
    private static final String TEMPORARY = ".tmp";

    /** One of these is in every store that was ever written to. */
    private static final List<String> MARKS = List.of("artifacts", "names", "experiments", "coordinator");

    /** The longest array that every virtual machine makes. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final Path root;
    private final Path temporary;
    private final Linker linker;

    /** The folder is created when absent, and not before something is written. */
    FileObjectStore(Path root) {
        this(root, Files::createLink);
    }

    FileObjectStore(Path root, Linker linker) {
        this.linker = linker;
        this.root = root.toAbsolutePath().normalize();
        this.temporary = this.root.resolve(TEMPORARY);
    }

    /** @throws InvalidInputException when there is no such folder */
    void requireFolder() {
        if (!Files.exists(root)) {
            throw new InvalidInputException(
                    "There is no object store in " + location() + ": there is no such folder",
                    "Check --store (or CRVQA_STORE). Imports, 'crvqa local up' and 'crvqa demo' make stores.");
        }
        if (!Files.isDirectory(root)) {
            throw new InvalidInputException(
                    "There is no object store in " + location() + ": it is a file", "Name a folder.");
        }
    }

    /** @throws InvalidInputException when there is no such folder, or nothing in it that every store has */
    void requireExisting() {
        requireFolder();
        if (MARKS.stream().noneMatch(mark -> Files.isDirectory(root.resolve(mark)))) {
            throw new InvalidInputException(
                    "There is no object store in " + location() + ": the folder has none of the folders "
                            + String.join(", ", MARKS),
                    "Check --store (or CRVQA_STORE). Imports, 'crvqa local up' and 'crvqa demo' make stores.");
        }
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        Path target = path(name);
        if (Files.exists(target)) {
            return false;
        }
        try {
            return published(target, write(content), staged -> {
                try {
                    linker.link(target, staged);
                    return true;
                } catch (FileAlreadyExistsException e) {
                    // A network file system repeats a request whose answer is lost, and then meets its own link.
                    return isSameFile(target, staged);
                }
            });
        } catch (UnsupportedOperationException e) {
            throw new StoreException(
                    "Could not create " + name + " in " + location()
                            + ": its file system has no hard links, which create-if-absent needs",
                    e);
        } catch (IOException e) {
            throw failed("create", name, e);
        }
    }

    @Override
    public void put(String name, byte[] content) {
        Path target = path(name);
        try {
            replace(target, write(content));
        } catch (IOException e) {
            throw failed("write", name, e);
        }
    }

    @Override
    public void upload(String name, Path source) {
        Path target = path(name);
        try {
            Path staged = newTemporary();
            try {
                Files.copy(source, staged);
                FileFolders.sync(staged);
            } catch (IOException e) {
                Files.deleteIfExists(staged);
                throw e;
            }
            replace(target, staged);
        } catch (IOException e) {
            throw failed("upload " + source + " as", name, e);
        }
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        Path file = path(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream content = Files.newInputStream(file)) {
            long size = Files.size(file);
            byte[] read = size > mostBytes ? new byte[0] : content.readNBytes((int) Math.min(mostBytes, MAX_ARRAY));
            if (size > mostBytes || content.read() >= 0) {
                throw new ObjectTooLargeException(location(), name, Math.max(size, mostBytes + 1), mostBytes);
            }
            return Optional.of(read);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", name, e);
        }
    }

    @Override
    public boolean download(String name, Path target) {
        Optional<Path> file = localFile(name);
        if (file.isEmpty()) {
            return false;
        }
        try {
            Files.copy(file.get(), target);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw failed("download to " + target, name, e);
        } catch (NoSuchFileException e) {
            if (Files.exists(file.get())) {
                throw failed("download to " + target, name, e);
            }
            return false;
        } catch (IOException e) {
            discard(target, e);
            throw failed("download to " + target, name, e);
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.isRegularFile(path(name));
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        ObjectName.checkPrefix(prefix);
        ObjectName.checkPrefix(after);
        try {
            new FileListing(root, prefix, after, FileListing.NAMES_AT_ONCE).run(visitor);
        } catch (IOException e) {
            throw failed("list", prefix, e);
        }
    }

    @Override
    public void delete(String name) {
        Path file = path(name);
        try {
            if (Files.isRegularFile(file) && Files.deleteIfExists(file)) {
                FileFolders.sync(file.getParent());
            }
        } catch (IOException e) {
            throw failed("delete", name, e);
        }
    }

    @Override
    public Optional<Path> localFile(String name) {
        Path file = path(name);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        List<StoredObject> found = new ArrayList<>();
        if (!Files.isDirectory(temporary)) {
            return List.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
            for (Path file : files) {
                unfinished(file).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw failed("list", TEMPORARY, e);
        }
        found.sort(Comparator.comparing(StoredObject::name));
        return List.copyOf(found);
    }

    private static Optional<StoredObject> unfinished(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new StoredObject(
                    TEMPORARY + "/" + file.getFileName(),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void dropUpload(StoredObject upload) {
        String file = upload.name().replaceFirst("^\\.tmp/", "");
        if (!upload.name().equals(TEMPORARY + "/" + file) || file.contains("/")) {
            throw new IllegalArgumentException("Not an unfinished upload: " + upload.name());
        }
        try {
            Files.deleteIfExists(temporary.resolve(ObjectName.check(file)));
        } catch (IOException e) {
            throw failed("drop the upload", upload.name(), e);
        }
    }

    @Override
    public Instant storeTime() {
        try {
            Path probe = write(new byte[0]);
            try {
                return Files.getLastModifiedTime(probe).toInstant();
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw failed("read the clock of", TEMPORARY, e);
        }
    }

    @Override
    public String location() {
        return root.toUri().toString();
    }

    @Override
    public void close() {}

    private Path path(String name) {
        return root.resolve(ObjectName.check(name));
    }

    private Path newTemporary() throws IOException {
        if (!Files.isDirectory(temporary)) {
            Files.createDirectories(temporary);
        }
        return temporary.resolve(UUID.randomUUID().toString());
    }

    private Path write(byte[] content) throws IOException {
        Path staged = newTemporary();
        try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            return staged;
        } catch (IOException e) {
            discard(staged, e);
            throw e;
        }
    }

    private void replace(Path target, Path staged) throws IOException {
        boolean moved = published(target, staged, file -> {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        });
        assert moved;
    }

    /** Runs the step that makes a staged file visible, and removes what is left of the staged file in any case. */
    private boolean published(Path target, Path staged, Publication step) throws IOException {
        try {
            FileFolders.create(target.getParent());
            boolean done = step.run(staged);
            FileFolders.sync(target.getParent());
            return done;
        } finally {
            Files.deleteIfExists(staged);
        }
    }

    private static boolean isSameFile(Path target, Path staged) throws IOException {
        try {
            return Files.isSameFile(target, staged);
        } catch (NoSuchFileException e) {
            // Another's, which has been removed since.
            return false;
        }
    }

    private static void discard(Path file, IOException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private StoreException failed(String operation, String name, IOException e) {
        return FileFailure.of(operation, name, location(), e);
    }

    /** Makes a further name of a file; fails when there is something of that name. */
    @FunctionalInterface
    interface Linker {
        void link(Path name, Path existing) throws IOException;
    }

    @FunctionalInterface
    private interface Publication {
        boolean run(Path staged) throws IOException;
    }
}
