package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The launcher as a person calls it, with a local cluster of its own in a folder. Closing stops that cluster. */
public final class CommandLine implements AutoCloseable {
    private final Path folder;

    /** Everything that the calls write lies below this folder. */
    public CommandLine(Path folder) {
        this.folder = folder;
    }

    /** What a call printed and how it ended. */
    public record Result(int exitCode, String out, String err) {}

    /** Waits for the end of the call. */
    public Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Installation.home().resolve("crvqa").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .putAll(Map.of(
                        "CRVQA_LOCAL",
                        folder.resolve("local").toString(),
                        "CRVQA_CACHE",
                        folder.resolve("cache").toString(),
                        "CRVQA_NO_BUILD",
                        "1",
                        "JAVA_HOME",
                        System.getProperty("java.home")));
        builder.environment().remove("CRVQA_COORDINATOR");
        builder.environment().remove("CRVQA_STORE");
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        Result result = new Result(process.waitFor(), Files.readString(out), Files.readString(err));
        Installation.log("crvqa " + String.join(" ", arguments) + " ended with " + result.exitCode());
        return result;
    }

    /** What a call printed that must end well. */
    public String text(String... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        assertThat(result.exitCode())
                .as("%s%n%s%n%s", String.join(" ", arguments), result.out(), result.err())
                .isZero();
        return result.out();
    }

    /** The same with {@code --output json}. */
    public JsonObject json(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        return JsonParser.parseString(text(all.toArray(String[]::new))).getAsJsonObject();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("local", "down");
    }
}
