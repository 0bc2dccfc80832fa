package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;

/** What an exception of a file system means to the person whose store it is. */
final class FileFailure {
    private FileFailure() {}

    /** The exception for a store that could not do something. */
    static StoreException of(String operation, String name, String location, IOException e) {
        return new StoreException(
                "Could not " + operation + " " + name + " in " + location + ": " + reason(e), advice(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (e instanceof FileSystemException file && isNoFolder(e)) {
            return "there is a file, expected a folder: " + file.getFile();
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason() + ": " + file.getFile();
        }
        return e.toString();
    }

    private static String advice(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "Readers write too, so that nothing is removed under them: give this user the right to write in the"
                    + " store's folder and all below it, or name another store with --store or CRVQA_STORE.";
        }
        if (isReadOnly(e)) {
            return "The file system is mounted read-only, and readers write too, so that nothing is removed under them:"
                    + " mount it for writing, or copy the store's folder and name the copy with --store or"
                    + " CRVQA_STORE.";
        }
        if (isNoFolder(e)) {
            return "Name a folder with --store or CRVQA_STORE.";
        }
        return "Check the folder, its permissions and the free space of its file system.";
    }

    private static boolean isNoFolder(IOException e) {
        return e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException
                || e instanceof FileSystemException file
                        && file.getReason() != null
                        && file.getReason().contains("Not a directory");
    }

    private static boolean isReadOnly(IOException e) {
        return e instanceof FileSystemException file
                && file.getReason() != null
                && file.getReason().contains("Read-only file system");
    }
}
