package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaSmiTest {
    @TempDir
    private Path folder;

    @Test
    void list_driverWithTwoCards_listsThemByIndex() throws Exception {
        program("""
                [ "$*" = "--query-gpu=index,uuid,name,memory.total --format=csv,noheader,nounits" ] || exit 9
                echo "1, GPU-b, NVIDIA A100-SXM4-40GB, 40960"
                echo "0, GPU-a, NVIDIA A100-SXM4-40GB, 40960"
                """);
        assertThat(smi().list())
                .containsExactly(
                        new GpuDevice(0, "GPU-a", "NVIDIA A100-SXM4-40GB", 40960),
                        new GpuDevice(1, "GPU-b", "NVIDIA A100-SXM4-40GB", 40960));
    }

    @Test
    void list_noProgram_saysThatThereIsNoDriver() {
        assertRefused("no program nvidia-smi on PATH");
    }

    @Test
    void list_driverNotLoaded_repeatsWhatTheProgramSays() throws Exception {
        program("echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\"; exit 9");
        assertRefused("ended with status 9: NVIDIA-SMI has failed");
    }

    @Test
    void list_driverWithoutCards_saysSo() throws Exception {
        program("echo 'No devices were found'");
        assertRefused("lists no GPU: No devices were found");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> smi().list())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((InvalidInputException) e).advice())
                .asString()
                .contains("--device cpu");
    }

    private NvidiaSmi smi() {
        return new NvidiaSmi(Map.of("PATH", "/nowhere:" + folder));
    }

    private void program(String script) throws Exception {
        Path program = folder.resolve("nvidia-smi");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
