package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataImportCommandTest {
    private static final String QUESTION = "{\"question_id\": %1$d, \"image_id\": %1$d, \"question\": \"is it ?\"}";
    private static final String ANNOTATION = "{\"question_id\": %1$d, \"image_id\": %1$d, \"question_type\": \"is\", "
            + "\"answer_type\": \"yes/no\", \"multiple_choice_answer\": \"yes\", \"answers\": [{\"answer\": \"yes\"}]}";

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    private Path sources;

    @BeforeEach
    void writeSources() throws IOException {
        sources = Files.createDirectory(folder.resolve("sources"));
        for (String split : List.of("train", "test")) {
            write("vqacp_v2_" + split + "_questions.json", list(QUESTION));
            write("vqacp_v2_" + split + "_annotations.json", list(ANNOTATION));
        }
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nis\nit\n?\n");
        features("320 240 640 480", "");
    }

    @Test
    void import_takenName_isRefusedBeforeTheWork() throws IOException {
        assertThat(importAs("mine")).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(importAs("mine")).as("the same again").isEqualTo(ExitCode.OK);
        List<Path> before = artifacts();

        String said = captured.err();
        assertThat(importAs("mine", "--feature-type", "float16")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err().substring(said.length()))
                .contains("The name 'mine' in names/datasets already stands for ")
                .contains("--replace")
                .doesNotContain("Importing: features", "Importing: questions");
        assertThat(artifacts()).isEqualTo(before);
        assertThat(importAs("mine", "--feature-type", "float16", "--replace")).isEqualTo(ExitCode.OK);
    }

    @Test
    void import_normalizedBoxes_needTheOption() throws IOException {
        features("0.5 0.5 1 1", "");
        assertThat(importAs("mine")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("lie within one pixel").contains("Import with --boxes normalized");
        assertThat(importAs("mine", "--boxes", "normalized")).as(captured.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void import_damagedImage_isLeftOutAndInspectSaysSo() throws IOException {
        features("320 240 640 480", "*");
        assertThat(importAs("mine")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("--skip-damaged-images N");
        assertThat(importAs("mine", "--skip-damaged-images", "-1")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(importAs("mine", "--skip-damaged-images", "1"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        assertThat(captured.err()).contains("1 damaged image was left out, with all questions about it.");
        assertThat(captured.out()).contains("train                2 questions, 1 left out with their images");

        assertThat(run("data", "inspect", "mine")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("left out as damaged: 1 images (3), with their questions: train 1, test 1");
        String before = captured.out();
        assertThat(run("data", "inspect", "mine", "--output", "json")).isEqualTo(ExitCode.OK);
        JsonObject json = JsonParser.parseString(captured.out().substring(before.length()))
                .getAsJsonObject();
        assertThat(json.getAsJsonObject("left_out").get("images").toString()).isEqualTo("[3]");
    }

    @Test
    void import_manyErrors_areShownWithTheirCounts() throws IOException {
        write("vqacp_v2_train_questions.json", list(QUESTION).replace("\"is it ?\"", "0"));
        features("320 240 640 480", "*");
        assertThat(importAs("mine")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("4 problems with the files: 3 elements with wrong or missing fields, 1 damaged image.")
                .contains("(element 2): field question: expected a string, found 0")
                .contains("features.tsv, line 3: features is not valid base64");
    }

    @Test
    void inspect_boxesThatWereFractions_areSeen() throws IOException {
        assertThat(importAs("mine")).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(run("data", "inspect", "mine")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .containsPattern("box width, % of image +50\\.0( +50\\.0){7}")
                .containsPattern("norm of features +5( +5){7}")
                .contains("Boxes and features of all 3 regions of 3 images.")
                .doesNotContain("--boxes normalized");

        features("0 0 1.2 1.2", "");
        assertThat(importAs("small")).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(run("data", "inspect", "small")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("100 % of the boxes are less than 1 %")
                .contains("--boxes normalized");
    }

    private int importAs(String name, String... options) {
        List<String> all = Stream.concat(
                        Stream.of(
                                "data",
                                "import",
                                "--vqa-cp",
                                sources.toString(),
                                "--name",
                                name,
                                "--min-occurrences",
                                "1"),
                        Stream.of(options))
                .toList();
        return run(all.toArray(String[]::new));
    }

    /** Three images of one region of two features; {@code spoilt} is put into the last one's. */
    private void features(String box, String spoilt) throws IOException {
        String line = "%d\t640\t480\t1\t" + floats(box) + "\t%s" + floats("3 4") + "\n";
        write("features.tsv", line.formatted(1, "") + line.formatted(2, "") + line.formatted(3, spoilt));
    }

    private static String floats(String numbers) {
        String[] values = numbers.split(" ");
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (String value : values) {
            bytes.putFloat(Float.parseFloat(value));
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static String list(String element) {
        return "[" + element.formatted(1) + "," + element.formatted(2) + "," + element.formatted(3) + "]";
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(sources.resolve(name), content);
    }

    private List<Path> artifacts() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store/artifacts"))) {
            return files.sorted().toList();
        }
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_STORE", folder.resolve("store").toUri().toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
