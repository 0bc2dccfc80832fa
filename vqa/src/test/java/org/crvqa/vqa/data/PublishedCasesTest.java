package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.vqa.SharedData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small source folders modelled on public reports; docs/data.md lists what becomes of each. */
class PublishedCasesTest {
    private static final Path CASES = SharedData.file("cases");
    private static final Path WORDS = SharedData.file("data/bert-base-uncased/vocab.txt");
    private static final ImportOptions OPTIONS = new ImportOptions(1, List.of("train", "test"), "train", 0);

    @TempDir
    private Path folder;

    @BeforeEach
    void requireCases() {
        assumeTrue(Files.isDirectory(CASES) && Files.isRegularFile(WORDS), "there is no folder " + CASES);
    }

    @Test
    void everyFolder_isTestedHere() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            Set<String> names = folders.filter(Files::isDirectory)
                    .map(found -> String.valueOf(found.getFileName()))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(names)
                    .isSubsetOf(
                            "a2-letter-a",
                            "a3-edge-spaces",
                            "d1-damaged-then-whole",
                            "d12-zip",
                            "d12b-h5",
                            "d18-vocab-u2028",
                            "d26-two-missing",
                            "d27-jdk",
                            "d4-bytes-literal",
                            "d5-boxes-0-1",
                            "g3-gz-cut");
        }
    }

    @Test
    void answerThatNormalisesToNothing_isACandidate() {
        assertThat(answers("a2-letter-a")).contains("");
    }

    @Test
    void answersWithOuterSpacesAndControlCharacters_areTaken() {
        assertThat(answers("a3-edge-spaces")).containsExactlyInAnyOrder("cat", "dog", "x y", "left right", "p q");
    }

    @Test
    void damagedRowBeforeAWholeOne_isRefusedWithBothPlacesOrPassedOver() {
        Path features = CASES.resolve("d1-damaged-then-whole/feats.tsv");
        assertThat(refused("d1-damaged-then-whole"))
                .hasMessageContaining(features + ", line 2: features is not valid base64")
                .hasMessageContaining("it is image 2, which stands whole at " + features + ", line 4");
        Manifest taken = run("d1-damaged-then-whole", OPTIONS.withSkipDamagedImages(1), WORDS);
        assertThat(taken.getDataset().getImages()).isEqualTo(3);
        assertThat(taken.getDataset().getSkippedImages()).isZero();
    }

    @Test
    void bytesLiteral_isNamed() {
        assertThat(refused("d4-bytes-literal"))
                .hasMessageContaining("boxes is a bytes literal of Python")
                .hasMessageContaining("3 damaged images");
    }

    @Test
    void boxesBetween0And1_areRefusedWithTheReasonOrTakenWithTheOption() {
        assertThat(refused("d5-boxes-0-1")).hasMessageContaining("they were normalised before");
        Manifest taken = run("d5-boxes-0-1", OPTIONS.withBoxUnit(BoxUnit.BOX_UNIT_NORMALIZED), WORDS);
        assertThat(taken.getDataset().getImages()).isEqualTo(3);
    }

    /** Read where it is what people publish, else named with what to do; the files of the cases are dummies. */
    @Test
    void zipAndHdf5_areReadOrNamed() {
        for (String name : List.of("d12-zip/trainval_36.zip", "d12b-h5/train36.hdf5")) {
            Path features = CASES.resolve(name);
            String folderName = name.substring(0, name.indexOf('/'));
            try {
                assertThat(run(folderName, OPTIONS, WORDS).getDataset().getImages())
                        .isEqualTo(3);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).contains(features.toString()).containsAnyOf("ZIP", "HDF5", "imgid2idx");
                assertThat(e.advice()).isNotBlank();
            }
        }
    }

    @Test
    void wordPieceOfALineSeparator_isTaken() {
        String name = "d18-vocab-u2028";
        assertThat(run(name, OPTIONS, CASES.resolve(name + "/vocab.txt.gz"))
                        .getDataset()
                        .getVocabularySize())
                .isEqualTo(30522);
    }

    @Test
    void imagesWithoutFeatures_areCountedAndNamed() {
        assertThat(refused("d26-two-missing"))
                .hasMessageContaining("2 images without features")
                .hasMessageContaining("is about image 2, which is not in")
                .hasMessageContaining("is about image 3, which is not in");
    }

    @Test
    void questionWithANewerCharacter_isTaken() {
        assertThat(run("d27-jdk", OPTIONS, WORDS).getDataset().getSplits(0).getQuestions())
                .isEqualTo(3);
    }

    @Test
    void gzipThatWasCut_isNamed() {
        assertThat(refused("g3-gz-cut"))
                .hasMessage(CASES.resolve("g3-gz-cut/feats.tsv.gz")
                        + " is packed and ends too early: it was cut, such as by a download that broke off");
    }

    private InvalidInputException refused(String name) {
        return catchThrowableOfType(InvalidInputException.class, () -> run(name, OPTIONS, WORDS));
    }

    private List<String> answers(String name) {
        try (ObjectStore store = store()) {
            ArtifactRepository repository = new ArtifactRepository(store, folder.resolve("cache"));
            Manifest manifest = run(repository, name, OPTIONS, WORDS);
            try (Dataset dataset = Dataset.open(repository.open(new ArtifactKey(manifest.getKey())))) {
                return IntStream.range(0, dataset.answers())
                        .mapToObj(dataset::answer)
                        .toList();
            }
        }
    }

    private Manifest run(String name, ImportOptions options, Path vocabulary) {
        try (ObjectStore store = store()) {
            return run(new ArtifactRepository(store, folder.resolve("cache")), name, options, vocabulary);
        }
    }

    private static Manifest run(ArtifactRepository repository, String name, ImportOptions options, Path vocabulary) {
        Path source = CASES.resolve(name);
        DatasetSources sources = DatasetSources.in(
                DatasetFormat.DATASET_FORMAT_VQA_CP_V2, source, features(source), Optional.of(vocabulary));
        return DatasetImport.run(repository, sources, options, ImportListener.none());
    }

    private static List<Path> features(Path source) {
        try (Stream<Path> files = Files.list(source)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(".*\\.(tsv|tsv\\.gz|zip|hdf5)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectStore store() {
        return ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
    }
}
