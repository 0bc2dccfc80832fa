package org.crvqa.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that checks a GPU, with programs that play the driver, crvqa, Maven and Python. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CheckHardwareTest {
    private static final Path SCRIPT = Path.of("docs/gpu/check-hardware.sh");
    private static final String ALL_PASS = """
            echo "$*" >>"$CALLS"
            case "$*" in
              "local up"*) mkdir -p "$CRVQA_LOCAL" ;;
              "data sample"*) mkdir -p "$4"; printf 'a\\nb\\n' >"$4/vocab.txt" ;;
              doctor*) [ -d "$STORE" ] || { echo "There is no object store in $STORE"; exit 1; } ;;
              submit*) mkdir -p "$STORE/artifacts/k"; echo "{\\"device\\":\\"${ON:-gpu:0}\\"}" >"$STORE/artifacts/k/manifest.json" ;;
            esac
            """;

    private record Result(int exit, String output) {}

    @TempDir
    private Path folder;

    private Path results;
    private Path programs;

    @BeforeEach
    void layOut() throws Exception {
        Path checkout = checkout();
        for (Path needed : List.of(SCRIPT, Path.of("docs/clients/tiny-lxmert.json"))) {
            Files.createDirectories(folder.resolve(needed).getParent());
            Files.copy(checkout.resolve(needed), folder.resolve(needed));
        }
        results = folder.resolve("results");
        programs = Files.createDirectories(folder.resolve("bin"));
        Path libraries = Files.createDirectories(folder.resolve("torch/lib"));
        Files.createFile(libraries.resolve("libtorch_cuda.so"));
        program(programs.resolve("nvidia-smi"), "case \"$*\" in *uuid*) echo GPU-5f ;; *) echo 'NVIDIA H100' ;; esac");
        program(programs.resolve("mvn"), "echo \"mvn $*\" >>\"$CALLS\"");
        program(programs.resolve("python3"), "echo \"python3 $*\" >>\"$CALLS\"; echo '{}'");
        program(folder.resolve("crvqa"), ALL_PASS);
    }

    @Test
    void everythingPasses_runsEachCheckOnTheOneGpuAndEndsWithZero() throws Exception {
        Result result = check();
        assertThat(result.output())
                .contains("passed  doctor", "passed  golden", "passed  experiment", "passed  resume", "passed  bench");
        assertThat(result.exit()).isZero();
        List<String> calls = Files.readAllLines(folder.resolve("calls"));
        assertThat(calls)
                .anyMatch(call -> call.startsWith("local up --device gpu --gpus 0 --store file://" + results))
                .anyMatch(call -> call.startsWith("mvn -B -pl vqa -am test -Dcrvqa.test.device=gpu:0"))
                .anyMatch(call -> call.startsWith("submit"))
                .anyMatch(call -> call.startsWith("verify-resume"))
                .anyMatch(call -> call.contains("--device cuda --precision float32"))
                .anyMatch(call -> call.contains("--device cuda --precision bfloat16"))
                .endsWith("local down");
        // Workers must not hold the GPU's memory while it is measured.
        assertThat(calls.indexOf("local down")).isBetween(0, calls.size() - 3);
        assertThat(Files.readString(results.resolve("tiny.json"))).contains("\"vocab_size\": 2");
        assertThat(results.resolve("bench-bfloat16.json")).exists();
        assertThat(Files.readString(results.resolve("machine.txt"))).contains("CUDA_VISIBLE_DEVICES=GPU-5f");
    }

    @Test
    void oneCheckFails_theOthersRunAndItEndsWithOne() throws Exception {
        program(programs.resolve("mvn"), "echo 'GoldenTest: expected 1 found 2'; exit 1");
        Result result = check();
        assertThat(result.output())
                .contains("FAILED  golden", "GoldenTest: expected 1 found 2", "passed  bench")
                .doesNotContain("FAILED  resume");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(Files.readString(results.resolve("summary.txt"))).contains("FAILED  golden");
    }

    @Test
    void computedOnTheCpuAfterAll_isAFailure() throws Exception {
        program(folder.resolve("crvqa"), "ON=cpu\n" + ALL_PASS);
        Result result = check("--only", "experiment");
        assertThat(result.output())
                .contains("FAILED  experiment", "0 artifacts were computed on the GPU, 1 on the CPU");
        assertThat(result.exit()).isEqualTo(1);
    }

    @Test
    void aCommandInTheMiddleFails_theRestOfItsCheckIsNotRun() throws Exception {
        program(folder.resolve("crvqa"), "case \"$*\" in *import*) exit 2 ;; esac\n" + ALL_PASS);
        Result result = check("--only", "experiment");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("calls"))).noneMatch(call -> call.startsWith("submit"));
    }

    @Test
    void driverShowsNoGpu_saysSoAndEndsWithThree() throws Exception {
        program(programs.resolve("nvidia-smi"), "echo 'No devices were found'; exit 6");
        Result result = check();
        assertThat(result.output()).contains("nvidia-smi shows no GPU 0: No devices were found");
        assertThat(result.exit()).isEqualTo(3);
    }

    @Test
    void wrongUse_endsWithTwo() throws Exception {
        assertThat(check("--only", "doctor,everything").exit()).isEqualTo(2);
        assertThat(check("--gpu", "first").exit()).isEqualTo(2);
        assertThat(check("other-folder").exit()).isEqualTo(2);
        assertThat(results).doesNotExist();
    }

    private Result check(String... options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", folder.resolve(SCRIPT).toString(), results.toString()));
        command.addAll(List.of("--python", programs.resolve("python3").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PYTORCH_") || name.equals("MVN"));
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment()
                .put("PYTORCH_LIBRARY_PATH", folder.resolve("torch/lib").toString());
        builder.environment().put("CALLS", folder.resolve("calls").toString());
        builder.environment().put("STORE", results.resolve("store").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path checkout() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .filter(folder -> Files.isRegularFile(folder.resolve(SCRIPT)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no " + SCRIPT + " above " + Path.of("").toAbsolutePath()));
    }
}
