package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;

/**
 * A folder with a tiny VQA-CP v2: four training and two test questions about three images, of which image 7 has one
 * region and the others two. Tests spoil one file at a time. Also opens a file store beside it.
 */
final class SmallVqaCp {
    static final String TRAIN_QUESTIONS = "vqacp_v2_train_questions.json";
    static final String TRAIN_ANNOTATIONS = "vqacp_v2_train_annotations.json";
    static final String TEST_QUESTIONS = "vqacp_v2_test_questions.json";
    static final String TEST_ANNOTATIONS = "vqacp_v2_test_annotations.json";
    static final String FEATURES = "features.tsv";
    static final String VOCABULARY = "vocab.txt";
    static final ImportOptions OPTIONS = new ImportOptions(1, List.of("train", "test"), "train", 5);

    private final Path sources;
    private final Path storeFolder;
    private final Path cache;

    SmallVqaCp(Path folder) {
        sources = folder.resolve("sources");
        storeFolder = folder.resolve("store");
        cache = folder.resolve("cache");
        try {
            Files.createDirectories(sources);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(
                TRAIN_QUESTIONS,
                list(
                        question(40, 7, "Is the cat red?"),
                        question(10, 7, "What color is the cat?"),
                        question(30, 8, "Is the cat blue?"),
                        question(20, 9, "Is it?")));
        write(
                TRAIN_ANNOTATIONS,
                list(
                        annotation(10, 7, "what color", "other", "Red", given("blue", 3, "red", 3, "a red.", 4)),
                        annotation(20, 9, "is", "yes/no", "yes", given("yes", 9, "no", 1)),
                        annotation(40, 7, "is", "yes/no", "yes", given("no", 1, "yes", 2, "perhaps", 7)),
                        annotation(30, 8, "is", "yes/no", "no", given("perhaps", 10))));
        write(TEST_QUESTIONS, list(question(5, 8, "How many cats?"), question(6, 9, "What color?")));
        write(
                TEST_ANNOTATIONS,
                list(
                        annotation(5, 8, "how many", "number", "two", given("2", 10)),
                        annotation(6, 9, "what color", "other", "blue", given("blue", 10))));
        write(
                FEATURES,
                line(9, 2, floats(0, 0, 640, 480, 64, 48, 128, 96), floats(1, 2, 3, 4, 5, 6))
                        + line(7, 1, floats(320, 240, 640, 480), floats(-1, -2, -3))
                        + line(8, 2, floats(0, 0, 64, 48, 0, 0, 32, 24), floats(7, 8, 9, 10, 11, 12)));
        write(VOCABULARY, "[PAD]\n[UNK]\n[CLS]\n[SEP]\nis\nthe\ncat\nred\nwhat\ncolor\n##s\nhow\nmany\n?\n");
    }

    Path folder() {
        return sources;
    }

    Path file(String name) {
        return sources.resolve(name);
    }

    void write(String name, String content) {
        try {
            Files.createDirectories(file(name).getParent());
            Files.writeString(file(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes a file; the old text must be in it. */
    void replace(String name, String old, String replacement) {
        try {
            String content = Files.readString(file(name));
            assertThat(content).contains(old);
            write(name, content.replace(old, replacement));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Manifest run() {
        return run(OPTIONS, ImportListener.none());
    }

    Manifest run(ImportOptions options, ImportListener listener) {
        try (ObjectStore store = store()) {
            return DatasetImport.run(
                    new ArtifactRepository(store, cache), DatasetSources.vqaCp(sources), options, listener);
        }
    }

    Manifest run(DatasetSources from, ImportOptions options) {
        return run(from, options, ImportListener.none());
    }

    Manifest run(DatasetSources from, ImportOptions options, ImportListener listener) {
        try (ObjectStore store = store()) {
            return DatasetImport.run(new ArtifactRepository(store, cache), from, options, listener);
        }
    }

    /** Moves a file within the folder. */
    void move(String from, String to) {
        try {
            Files.createDirectories(file(to).getParent());
            Files.move(file(from), file(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Dataset open(Manifest manifest) {
        try (ObjectStore store = store()) {
            return Dataset.open(new ArtifactRepository(store, cache).open(new ArtifactKey(manifest.getKey())));
        }
    }

    private ObjectStore store() {
        return ObjectStores.open(StoreSettings.of(storeFolder.toUri()));
    }

    /** All files under the store's artifacts and the cache. */
    List<Path> leftovers() {
        List<Path> files = new ArrayList<>();
        for (Path folder : List.of(storeFolder.resolve("artifacts"), cache)) {
            if (Files.exists(folder)) {
                try (var paths = Files.walk(folder)) {
                    // The cache's own file of locks holds nothing of what was written.
                    paths.filter(Files::isRegularFile)
                            .filter(file -> !file.equals(cache.resolve("locks")))
                            .forEach(files::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return files;
    }

    static String list(String... elements) {
        return "[" + String.join(",\n", elements) + "]";
    }

    static String question(long id, long image, String text) {
        return "{\"image_id\": %d, \"question\": \"%s\", \"question_id\": %d, \"coco_split\": \"train2014\"}"
                .formatted(image, text, id);
    }

    static String annotation(
            long id, long image, String questionType, String answerType, String majority, List<String> answers) {
        List<String> objects = new ArrayList<>();
        for (String answer : answers) {
            objects.add("{\"answer\": \"%s\", \"answer_confidence\": \"yes\", \"answer_id\": %d}"
                    .formatted(answer, objects.size() + 1));
        }
        return ("{\"question_type\": \"%s\", \"multiple_choice_answer\": \"%s\", \"answers\": %s, \"image_id\": %d, "
                        + "\"answer_type\": \"%s\", \"question_id\": %d}")
                .formatted(questionType, majority, list(objects.toArray(String[]::new)), image, answerType, id);
    }

    /** Answers with how often each is given, in turn. */
    static List<String> given(Object... answersAndCounts) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < answersAndCounts.length; i += 2) {
            answers.addAll(Collections.nCopies((int) answersAndCounts[i + 1], (String) answersAndCounts[i]));
        }
        return answers;
    }

    static String line(long image, int count, String boxes, String features) {
        return image + "\t640\t480\t" + count + "\t" + boxes + "\t" + features + "\n";
    }

    /** Base64 of little-endian floats. */
    static String floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
