package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;

class FileObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
        return new FileObjectStore(folder.resolve("store"));
    }

    @Override
    protected boolean leaveUnfinished(String name) throws IOException {
        Files.writeString(folder.resolve("store/.tmp/half"), "ha");
        return true;
    }

    @Test
    void localFile_presentObject_isThere() {
        store.put("a/b", bytes("text"));

        assertThat(store.localFile("a/b")).hasValue(folder.resolve("store/a/b"));
    }

    @Test
    void everyWrite_succeedingOrNot_leavesNoTemporaryFile() throws IOException {
        store.put("a", bytes("text"));
        store.createIfAbsent("b", bytes("text"));
        store.createIfAbsent("b", bytes("text"));
        store.upload("c", Files.writeString(folder.resolve("source"), "text"));
        assertThatThrownBy(() -> store.put("a/b", bytes("text"))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.upload("d", folder.resolve("absent"))).isInstanceOf(StoreException.class);

        assertThat(folder.resolve("store/.tmp")).isEmptyDirectory();
    }

    @Test
    void visit_folderWithMoreNamesThanAreHeld_showsAllInOrder() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            names.add("many/" + i + (i % 3 == 0 ? "/deep" : i % 3 == 1 ? "-x" : ""));
        }
        names.forEach(name -> store.put(name, bytes("x")));
        Collections.sort(names);
        for (int atOnce : new int[] {1, 2, 7, 100, 101}) {
            List<String> found = new ArrayList<>();
            new FileListing(folder.resolve("store"), "many/", "", atOnce).run(object -> found.add(object.name()));

            assertThat(found).as("%d at once", atOnce).isEqualTo(names);
        }
    }

    @Test
    void visit_whatIsNoObject_isLeftOut() throws IOException {
        store.put("a/b", bytes("x"));
        Path root = folder.resolve("store");
        Files.writeString(root.resolve("a/.hidden"), "x");
        Files.writeString(root.resolve("a/back\\slash"), "x");
        Files.createSymbolicLink(root.resolve("a/up"), root);
        Files.createSymbolicLink(root.resolve("a/nowhere"), root.resolve("absent"));

        assertThat(store.list("")).containsExactly("a/b");
    }

    @Test
    void createIfAbsent_answerToTheLinkLost_isRecognisedAsOwn() {
        FileObjectStore lossy = new FileObjectStore(folder.resolve("store"), (name, existing) -> {
            Files.createLink(name, existing);
            // What the file system says when it repeats the request after a lost answer.
            throw new FileAlreadyExistsException(name.toString());
        });

        assertThat(lossy.createIfAbsent("claim", bytes("same"))).isTrue();
        assertThat(lossy.createIfAbsent("claim", bytes("same"))).isFalse();
        assertThat(store.read("claim")).hasValue(bytes("same"));
    }

    @Test
    void createIfAbsent_anotherLinkedFirst_isFalseAlsoWithTheSameBytes() {
        FileObjectStore late = new FileObjectStore(folder.resolve("store"), (name, existing) -> {
            store.put("claim", bytes("same"));
            throw new FileAlreadyExistsException(name.toString());
        });

        assertThat(late.createIfAbsent("claim", bytes("same"))).isFalse();
    }

    @Test
    void list_leftoverOfAKilledWriter_isInvisible() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("store/.tmp")).resolve("half"), "ha");

        assertThat(store.list("")).isEmpty();
    }

    @Test
    void open_fileLocation_createsTheFolderAndLeavesNoProbe() {
        URI location = folder.resolve("new/store").toUri();

        try (ObjectStore opened = ObjectStores.open(StoreSettings.of(location))) {
            assertThat(opened.list("")).isEmpty();
            assertThat(opened.location()).startsWith("file:///").endsWith("/new/store/");
        }
    }

    @Test
    void open_folderThatIsAFile_saysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");

        assertThatThrownBy(() -> ObjectStores.open(StoreSettings.of(file.toUri())))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void open_malformedLocation_saysWhatIsExpected() {
        for (String location : new String[] {"file://relative/folder", "file:relative", "ftp://host/x", "folder"}) {
            assertThatThrownBy(() -> ObjectStores.open(StoreSettings.of(URI.create(location))))
                    .isInstanceOfSatisfying(
                            InvalidInputException.class,
                            e -> assertThat(e.advice()).contains("file:///absolute/folder or s3://bucket/prefix"))
                    .hasMessageContaining(location);
        }
    }
}
