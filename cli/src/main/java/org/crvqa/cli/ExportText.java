package org.crvqa.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.cli.console.Console;
import org.crvqa.vqa.export.CompactFile;

/** What an export wrote. */
final class ExportText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ExportText() {}

    static void print(Console console, boolean json, Path folder, Optional<CompactFile.Sizes> sizes) {
        List<Path> files = files(folder);
        if (json) {
            console.print(json(folder, files, sizes));
            return;
        }
        console.print("wrote " + folder);
        files.forEach(
                file -> console.print(String.format(Locale.ROOT, "  %,15d bytes  %s", size(file), file.getFileName())));
        sizes.ifPresent(masked -> console.print(String.format(
                Locale.ROOT,
                "  masked matrices: %,d bytes instead of %,d, ratio %.3f",
                masked.masked(),
                masked.dense(),
                masked.ratio())));
    }

    private static String json(Path folder, List<Path> files, Optional<CompactFile.Sizes> sizes) {
        ObjectNode root = JSON.createObjectNode().put("folder", folder.toString());
        ObjectNode bytes = root.putObject("files");
        files.forEach(file -> bytes.put(String.valueOf(file.getFileName()), size(file)));
        sizes.ifPresent(masked -> root.put("masked_bytes", masked.masked())
                .put("masked_dense_bytes", masked.dense())
                .put("ratio", masked.ratio()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Plain numbers and text have a JSON form", e);
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
