package org.crvqa.vqa.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;

/** A folder that appears under its name when it is complete; until then a hidden sibling, which {@link #close} removes. */
final class WholeFolder implements AutoCloseable {
    private final Path target;
    private final Path hidden;

    private WholeFolder(Path target, Path hidden) {
        this.target = target;
        this.hidden = hidden;
    }

    /** @throws InvalidInputException when the target is a file, or a folder that holds something and may not be replaced */
    static WholeFolder create(Path folder, boolean replace) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target) && !(Files.isDirectory(target) && (replace || isEmpty(target)))) {
            throw new InvalidInputException(
                    folder + " is there already", "Name another folder, or replace a folder with --replace.");
        }
        Path parent = target.getParent();
        if (parent == null) {
            throw new InvalidInputException(folder + " cannot be written", "Name a folder to be made.");
        }
        Files.createDirectories(parent);
        return new WholeFolder(target, Files.createTempDirectory(parent, "." + target.getFileName() + "-"));
    }

    /** Where to write for now. */
    Path path() {
        return hidden;
    }

    /** Gives the folder its name. */
    void commit() throws IOException {
        // createTempDirectory lets nobody else read; the result is as readable as any new folder.
        Path shown = Files.createDirectory(target.resolveSibling(hidden.getFileName() + "-done"));
        try (Stream<Path> files = Files.list(hidden)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.move(file, shown.resolve(file.getFileName()));
            }
        }
        if (Files.exists(target)) {
            delete(target);
        }
        Files.move(shown, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        try {
            delete(hidden);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + hidden, e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
