package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Folders and files whose existence survives a power cut: a new entry is durable only when its folder is synced. */
final class FileFolders {
    /** Windows can neither open nor sync a folder; its file systems journal entries by themselves. */
    private static final boolean FOLDERS_SYNC =
            !System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    private FileFolders() {}

    /** Creates the folder and its parents where absent, each made durable in its own parent. */
    static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        create(parent);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        sync(parent);
    }

    /** Writes a file or a folder through to the disk. */
    static void sync(Path path) throws IOException {
        if (!FOLDERS_SYNC && Files.isDirectory(path)) {
            return;
        }
        StandardOpenOption mode = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
