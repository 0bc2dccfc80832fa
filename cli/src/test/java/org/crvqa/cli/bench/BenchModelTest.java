package org.crvqa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.crvqa.vqa.model.ConfigFile;
import org.junit.jupiter.api.Test;

class BenchModelTest {
    @Test
    void base_isTheConfigurationThatTheComparisonGivesToBothPrograms() {
        assertThat(BenchModel.base().file()).isEqualTo(ConfigFile.read(Path.of("../docs/bench/lxmert-base.json")));
    }
}
