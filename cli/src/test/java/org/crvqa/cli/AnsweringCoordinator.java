package org.crvqa.cli;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.crvqa.cli.console.CapturedConsole;

/** A real server with a test's answers, and commands that find it by their environment. */
final class AnsweringCoordinator {
    private final Server server;

    /** Listens on a free port. */
    AnsweringCoordinator(BindableService answers) throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(answers)
                .build()
                .start();
    }

    /** host:port */
    String address() {
        return "localhost:" + server.getPort();
    }

    /** Runs a command and returns its exit code; {@code home} is the person's and the program's folder. */
    int run(CapturedConsole captured, Path home, String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_COORDINATOR", address()),
                home,
                home.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }

    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
