package org.crvqa.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts this program again as a process that outlives the caller and its terminal. */
public final class DetachedSupervisor {
    private static final int LOG_LINES = 40;
    private static final long POLL_MILLIS = 100;

    private final ClusterFolder folder;
    private final Path home;
    private volatile Optional<Process> starting = Optional.empty();

    /** For a cluster in this folder; {@code home} holds the packaged services. */
    public DetachedSupervisor(ClusterFolder folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    /**
     * Runs the command line with these arguments and waits until it has written the folder's state.
     *
     * @throws ClusterStartException when it ends before that
     */
    public ClusterState start(List<String> arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder.path());
        folder.clear();
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
        builder.redirectErrorStream(true);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectOutput(folder.supervisorLog().toFile());
        Process supervisor = builder.start();
        starting = Optional.of(supervisor);
        while (true) {
            Optional<ClusterState> state = folder.running();
            if (state.isPresent()) {
                return state.get();
            }
            if (supervisor.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new ClusterStartException(
                        "The services could not be started:\n" + LogTail.of(folder.supervisorLog(), LOG_LINES));
            }
        }
    }

    /** Ends what {@link #start} has begun; the services notice that their supervisor is gone. From any thread. */
    public void abandon() {
        starting.ifPresent(Process::destroy);
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        } else if (Files.isExecutable(Path.of("/usr/bin/nohup"))) {
            command.add("/usr/bin/nohup");
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx64m");
        command.add("-XX:+UseSerialGC");
        command.add("-Dcrvqa.home=" + home);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("org.crvqa.cli.Crvqa");
        command.addAll(arguments);
        return command;
    }
}
