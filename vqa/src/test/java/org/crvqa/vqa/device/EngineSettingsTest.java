package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Properties;
import org.crvqa.vqa.tensor.Libtorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSettingsTest {
    @TempDir
    private Path root;

    /** A newer engine in the pom must change what people are told to set. */
    @Test
    void line_versionAndFlavor_areThoseOfTheNativePartOnTheClassPath() throws Exception {
        Properties properties = new Properties();
        try (InputStream in = EngineSettings.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            properties.load(in);
        }
        String version = properties.getProperty("jni_version").split("-", 2)[0];

        assertThat(EngineSettings.LINE).contains("PYTORCH_VERSION=" + version + " ", "PYTORCH_FLAVOR=cu128");
        assertThat(EngineSettings.class.getResource("/jnilib/linux-x86_64/cu128/libdjl_torch.so"))
                .isNotNull();
    }

    @Test
    void flavor_folderThatTheEngineUnpacked_isInItsName() {
        Machine machine = new Machine(root);
        machine.file("2.7.1-20250812-cu128-linux-x86_64/" + System.mapLibraryName("torch_cuda"), "");
        Libtorch unpacked = new Libtorch(root.resolve("2.7.1-20250812-cu128-linux-x86_64"), "2.7.1");

        assertThat(EngineSettings.flavor(machine.surroundings(), unpacked)).contains("cu128");
    }

    @Test
    void flavor_cpuBuild_isNone() {
        Machine machine = new Machine(root).variable("PYTORCH_FLAVOR", "cu128");

        assertThat(EngineSettings.flavor(machine.surroundings(), machine.libtorch(false)))
                .isEmpty();
    }
}
