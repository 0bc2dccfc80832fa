package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountingStoreTest {
    @TempDir
    private Path folder;

    private final CountingStore counting = new CountingStore(new InMemoryObjectStore());

    @Test
    void counts_eachOperation_areThoseOfS3() throws IOException {
        Path source = folder.resolve("source");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(2 * S3ObjectStore.PART_BYTES + 1);
        }

        counting.createIfAbsent("a", new byte[1]);
        counting.put("b", new byte[1]);
        counting.upload("c", source);
        counting.read("a");
        counting.exists("a");
        counting.download("c", folder.resolve("target"));
        counting.list("");
        counting.delete("a");
        counting.deleteAll(List.of("b", "c"));

        assertThat(counting.counts())
                .isEqualTo(Map.of(
                        Method.PUT,
                        5,
                        Method.POST,
                        3,
                        Method.GET,
                        4,
                        Method.HEAD,
                        2,
                        Method.LIST,
                        1,
                        Method.DELETE,
                        1));
        assertThat(counting.count(Method.PUT, "c")).isEqualTo(3);
        counting.reset();
        assertThat(counting.requests()).isEmpty();
    }
}
