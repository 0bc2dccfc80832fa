package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.crvqa.vqa.data.DatasetSources.SplitFiles;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;
import org.crvqa.vqa.fuzz.Damage;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorEntry;
import org.crvqa.vqa.tensorfile.TensorType;
import org.crvqa.vqa.text.Vocabulary;
import org.crvqa.vqa.text.WordPieceTokenizer;

/** Every parser of outside bytes reads what it is given or says what is wrong; see docs/fuzzing.md. */
class ParserFuzzTest {
    private static Path folder = Path.of("target");

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Provide
    Arbitrary<Damage> damages() {
        return Damage.any();
    }

    @Property
    void questions(@ForAll("damages") Damage damage) {
        String valid = SmallVqaCp.list(SmallVqaCp.question(1, 2, "Is it?"), SmallVqaCp.question(3, 4, "What?"));
        refusedCleanly("questions.json", valid, damage, ParserFuzzTest::readQuestions);
        refusedCleanly(
                "questions.json",
                "{\"info\": {\"a\": [1]}, \"questions\": " + valid + "}",
                damage,
                ParserFuzzTest::readQuestions);
    }

    /** The damaged file is the one of annotations; the questions that belong to it are whole. */
    @Property
    void annotations(@ForAll("damages") Damage damage) {
        Path questions = write(
                "whole.json",
                SmallVqaCp.list(SmallVqaCp.question(1, 2, "Is it?"), SmallVqaCp.question(3, 4, "What?"))
                        .getBytes(StandardCharsets.UTF_8));
        refusedCleanly("annotations.json", annotations(), damage, file -> readAnnotations(questions, file));
    }

    @Property
    void gzippedQuestions(@ForAll("damages") Damage damage) {
        refusedCleanly(
                "questions.json.gz",
                gzip(SmallVqaCp.list(SmallVqaCp.question(1, 2, "Is it?"))),
                damage,
                ParserFuzzTest::readQuestions);
    }

    @Property
    void questions_generated_areReadBack(@ForAll @Size(max = 20) List<Long> ids) throws IOException {
        List<String> elements =
                ids.stream().map(id -> SmallVqaCp.question(id, 5, "Is it?")).toList();
        Path file = write(
                "questions.json",
                SmallVqaCp.list(elements.toArray(String[]::new)).getBytes(StandardCharsets.UTF_8));

        List<Long> read = new ArrayList<>();
        SourceFiles sources = sources(file);
        Problems problems = new Problems();
        JsonList.read(
                sources, file, JsonList.QUESTIONS, problems, element -> read.add(element.requireLong("question_id")));
        problems.throwIfAny();
        assertThat(read).isEqualTo(ids);
    }

    @Property
    void subsetIds(@ForAll("damages") Damage damage) {
        refusedCleanly(
                "ids.json",
                "{\"KW_qid\": [1, 2], \"QT_qid\": [3], \"x\": {}}",
                damage,
                file -> noted(problems -> new SubsetIds(sources(file), problems)
                        .read(List.of(new SubsetFiles("kw", "test", file, Optional.of("KW_qid"))))));
    }

    @Property
    void regions(@ForAll("damages") Damage damage) {
        String bottomUp = SmallVqaCp.line(7, 1, SmallVqaCp.floats(1, 2, 30, 40), SmallVqaCp.floats(1, 2, 3));
        String lxmert = "COCO_val2014_000000000007\t480\t640\ta\tb\tc\td\t1\t" + SmallVqaCp.floats(1, 2, 30, 40) + "\t"
                + SmallVqaCp.floats(1, 2, 3) + "\n";
        refusedCleanly("regions.tsv", bottomUp + bottomUp, damage, ParserFuzzTest::readRegions);
        refusedCleanly("regions.tsv", lxmert, damage, ParserFuzzTest::readRegions);
    }

    @Property
    void vocabulary(@ForAll("damages") Damage damage) {
        refusedCleanly("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nis\n##s\n", damage, Vocabulary::read);
    }

    @Property
    void vocabulary_generated_isReadBack(
            @ForAll @Size(max = 30) @UniqueElements List<@AlphaChars @NotEmpty @StringLength(max = 9) String> pieces) {
        List<String> lines = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
        lines.addAll(pieces);
        Vocabulary read =
                Vocabulary.read(write("vocab.txt", String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        assertThat(read.size()).isEqualTo(lines.size());
        assertThat(read.sepId()).isEqualTo(3);
    }

    @Property
    void configuration(@ForAll("damages") Damage damage) {
        for (String type : List.of("lxmert", "visual_bert")) {
            String valid = "{\"model_type\": \"" + type + "\", \"vocab_size\": 27, \"hidden_size\": 64, "
                    + "\"num_attention_heads\": 4, \"initializer_range\": 0.1, \"hidden_act\": \"gelu\"}";
            refusedCleanly("config.json", valid, damage, file -> ModelConfig.parse(text(file), file.toString()));
        }
    }

    @Property
    void safetensors(@ForAll("damages") Damage damage) throws IOException {
        Path valid = folder.resolve("valid.safetensors");
        writeTensors(valid, new float[] {1, 2, 3, 4, 5, 6});
        refusedCleanly("damaged.safetensors", Files.readAllBytes(valid), damage, ParserFuzzTest::readTensors);
    }

    @Property
    void safetensors_generated_areReadBack(@ForAll @Size(6) float[] values) {
        Path file = folder.resolve("valid.safetensors");
        writeTensors(file, values);
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThat(reader.floats("matrix")).isEqualTo(values);
        }
    }

    private static String annotations() {
        return SmallVqaCp.list(
                SmallVqaCp.annotation(1, 2, "is", "yes/no", "yes", SmallVqaCp.given("yes", 9, "no", 1)),
                SmallVqaCp.annotation(3, 4, "what", "other", "red", SmallVqaCp.given("red", 10)));
    }

    private static void readAnnotations(Path questions, Path file) {
        Path words = write("words.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nis\n".getBytes(StandardCharsets.UTF_8));
        SourceFiles sources = sources(file);
        sources.hash(questions);
        SplitFiles files = new SplitFiles("train", questions, file);
        List<String> train = List.of(files.name());
        noted(problems -> {
            AnswerCounts counts = AnswerCounts.read(sources, List.of(files), train, Set.of(), problems);
            AnswerCandidates candidates = AnswerCandidates.of(counts, train, 1, problems);
            try (WordPieceTokenizer tokenizer = new WordPieceTokenizer(Vocabulary.read(words))) {
                new SplitReader(sources, tokenizer, candidates, 0, problems).read(files, Set.of());
            }
        });
    }

    private static void readQuestions(Path file) {
        noted(problems -> JsonList.read(
                sources(file), file, JsonList.QUESTIONS, problems, element -> element.requireLong("question_id")));
    }

    private static void readRegions(Path file) {
        try {
            TsvLines lines = new TsvLines(file, new ByteArrayInputStream(Files.readAllBytes(file)));
            for (Optional<EncodedImage> image = lines.next(); image.isPresent(); image = lines.next()) {
                image.get().decode(TensorType.F32);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void noted(Consumer<Problems> read) {
        Problems problems = new Problems();
        read.accept(problems);
        problems.throwIfAny();
    }

    private static void readTensors(Path file) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            for (TensorEntry entry : reader.tensors()) {
                switch (entry.type()) {
                    case F32, F16, BF16, F64 -> reader.floats(entry.name());
                    case BOOL -> reader.booleans(entry.name());
                    case U8 -> reader.unsignedBytes(entry.name());
                    case I32 -> reader.ints(entry.name());
                    case I64 -> reader.longs(entry.name());
                    case I8, I16 -> reader.require(entry.name(), entry.shape());
                }
            }
        }
    }

    private static void writeTensors(Path file, float[] values) {
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                file,
                List.of(TensorDeclaration.f32("matrix", 2, 3), TensorDeclaration.bool("flags", 3)),
                Map.of("a", "b"))) {
            writer.writeFloats("matrix", values);
            writer.writeBooleans("flags", ByteBuffer.wrap(new byte[] {0, 1, 1}));
            writer.commit();
        }
    }

    private static SourceFiles sources(Path file) {
        SourceFiles sources = new SourceFiles(ImportListener.none());
        sources.begin("fuzz", List.of(file));
        sources.hash(file);
        return sources;
    }

    private static void refusedCleanly(String name, String valid, Damage damage, Consumer<Path> read) {
        refusedCleanly(name, valid.getBytes(StandardCharsets.UTF_8), damage, read);
    }

    private static void refusedCleanly(String name, byte[] valid, Damage damage, Consumer<Path> read) {
        damage.mustBeRefusedCleanly(folder.resolve(name), valid, read);
    }

    private static Path write(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
