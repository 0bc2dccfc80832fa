package org.crvqa.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that processes of crvqa have chosen and that nobody listens on yet, or not at the moment: a file for each, locked as
 * long as the process lives that chose it. Without it two clusters that start at once might choose the same.
 */
final class PortReservation {
    private static final Path FOLDER = Path.of(
            System.getProperty("java.io.tmpdir"),
            "crvqa-ports-" + System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9_-]", "_"));

    /** A lock ends with its channel, and a channel that nobody holds is closed. */
    private static final List<FileChannel> HELD = new ArrayList<>();

    private PortReservation() {}

    /** Takes the port for this process. False: another one has it. Where no file can be written nobody asks the others. */
    static boolean of(int port) {
        synchronized (HELD) {
            try {
                Files.createDirectories(FOLDER);
                FileChannel channel = FileChannel.open(
                        FOLDER.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                boolean locked = false;
                try {
                    locked = channel.tryLock() != null;
                } finally {
                    if (!locked) {
                        channel.close();
                    }
                }
                if (locked) {
                    HELD.add(channel);
                }
                return locked;
            } catch (OverlappingFileLockException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }
    }
}
