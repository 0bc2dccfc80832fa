package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Stores that are only read, and what people are told of those that do not do what was asked. */
class StoreForPeopleTest {
    @TempDir
    private Path folder;

    @Test
    void openExisting_noFolder_isRefusedAndNotMade() {
        Path none = folder.resolve("none");

        assertThatThrownBy(() -> ObjectStores.openExisting(StoreSettings.of(none.toUri())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("There is no object store in ")
                .hasMessageContaining("no such folder");
        assertThat(none).doesNotExist();
    }

    @Test
    void openExisting_folderOfSomethingElse_isRefusedAndStaysAsItIs() throws IOException {
        Files.createDirectories(folder.resolve("photos"));

        assertThatThrownBy(() -> ObjectStores.openExisting(StoreSettings.of(folder.toUri())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none of the folders artifacts");
        assertThat(folder).isDirectoryNotContaining("glob:**/.tmp");
    }

    @Test
    void openExisting_storeThatIsOnlyRead_isNotProbed() throws IOException {
        try (ObjectStore written = ObjectStores.open(StoreSettings.of(folder.toUri()))) {
            written.put("names/models/x", new byte[] {1});
        }
        Files.delete(folder.resolve(".tmp"));
        try (ObjectStore store = ObjectStores.openExisting(StoreSettings.of(folder.toUri()))) {
            assertThat(store.exists("names/models/x")).isTrue();
            assertThat(store.list("names/")).containsExactly("names/models/x");
            assertThat(store.unfinishedUploads()).isEmpty();
        }
        assertThat(folder.resolve(".tmp")).doesNotExist();
    }

    @Test
    void put_belowAFile_saysThatAFolderWasExpected() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (ObjectStore store = ObjectStores.connect(StoreSettings.of(file.toUri()))) {
            StoreException e = catchThrowableOfType(StoreException.class, () -> store.put("a", new byte[0]));

            assertThat(e.problem()).contains("expected a folder").doesNotContain("Exception");
            assertThat(e.advice()).contains("--store");
        }
    }

    @Test
    void fileFailure_readOnlyOrDenied_saysWhatToDoWithTheFolder() {
        StoreException readOnly = FileFailure.of(
                "write", "a", "file:///s/", new FileSystemException("/s/a", null, "Read-only file system"));
        StoreException denied = FileFailure.of("write", "a", "file:///s/", new AccessDeniedException("/s/a"));

        assertThat(readOnly.problem()).isEqualTo("Could not write a in file:///s/: Read-only file system: /s/a");
        assertThat(readOnly.advice()).contains("mounted read-only").doesNotContain("S3");
        assertThat(denied.problem()).isEqualTo("Could not write a in file:///s/: permission denied for /s/a");
        assertThat(denied.advice()).contains("right to write").doesNotContain("S3");
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchBucket, there is no bucket b, Create the bucket",
        "301, PermanentRedirect, another region, CRVQA_S3_REGION",
        "403, AccessDenied, denied, Renew them"
    })
    void s3Failure_answer_hasOneLineAndOneRemedy(int status, String code, String problem, String advice) {
        StoreException e = S3Failure.of(
                "read",
                "a",
                "s3://b/p/",
                "b",
                S3Exception.builder()
                        .statusCode(status)
                        .message("denied")
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode(code)
                                .errorMessage("denied")
                                .build())
                        .build());

        assertThat(e.problem()).startsWith("Could not read a in s3://b/p/: ").contains(problem);
        assertThat(e.problem().lines()).hasSize(1);
        assertThat(e.problem()).doesNotContain(advice);
        assertThat(e.advice()).contains(advice);
    }

    @Test
    void s3Failure_clientsOwn_saysWhatIsMissing() {
        assertThat(s3("Unable to load credentials from any of the providers in the chain", new IOException("x")))
                .extracting(StoreException::problem, StoreException::advice)
                .satisfies(said -> assertThat(said.toString())
                        .contains("no credentials were found", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"));
        assertThat(s3("failed", new UnknownHostException("nohost")).problem()).endsWith("there is no server nohost");
        assertThat(s3("failed", new ConnectException("Connection refused")).advice())
                .contains("CRVQA_S3_ENDPOINT");
    }

    private static StoreException s3(String message, Exception cause) {
        return S3Failure.of("read", "a", "s3://b/p/", "b", SdkClientException.create(message, cause));
    }
}
