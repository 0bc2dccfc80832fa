package org.crvqa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the script crvqa says before the command line runs, with programs that play JDKs. */
@Timeout(120)
class LauncherTest {
    /** Says what it was started with. */
    private static final String ECHO =
            "echo \"$0 $*\"; echo \"cache=${CRVQA_CACHE:-} local=${CRVQA_LOCAL:-} djl=${DJL_CACHE_DIR:-}\"";

    private record Result(int exit, String out, String err) {}

    @TempDir
    private Path folder;

    private Path checkout;
    private Path jdk;
    private Path home;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOut() throws Exception {
        checkout = Files.createDirectories(folder.resolve("a checkout"));
        Files.copy(Installation.home().resolve("crvqa"), checkout.resolve("crvqa"));
        jdk = jdk("jdk", "17.0.9", ECHO);
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(checkout.resolve("cli/target"));
        Files.createFile(checkout.resolve("cli/target/crvqa-cli.jar"));
        environment.put("CRVQA_NO_BUILD", "1");
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("HOME", home.toString());
        environment.put("TMPDIR", folder.toString());
    }

    @Test
    void everythingInOrder_runsTheCommandLineAndSaysNothing() throws Exception {
        Result result = crvqa("list", "two words");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith(jdk.resolve("bin/java").toString())
                .contains("-jar " + checkout.toRealPath().resolve("cli/target/crvqa-cli.jar") + " list two words");
        assertThat(result.exit()).isZero();
    }

    /** Java 24 and newer warn of what libraries do; older ones do not know the options. */
    @ParameterizedTest
    @CsvSource({"17.0.9, false", "21.0.1, false", "24, true", "25.0.1, true"})
    void newerJava_isToldNotToWarnOfLibraries(String version, boolean told) throws Exception {
        environment.put("JAVA_HOME", jdk("another", version, ECHO).toString());

        assertThat(crvqa("list").out().contains(" --sun-misc-unsafe-memory-access=allow "))
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, there is no such folder",
        "home, it has no bin/java",
        "jdk11, Java 11 is too old",
        "jdk8, Java 8 is too old",
        "jre, 'a JRE, which cannot build'",
        "odd, its version is unknown"
    })
    void javaHomeCannotBeUsed_saysWhyAndUsesTheJdkOnThePath(String name, String why) throws Exception {
        jdk("jdk11", "11.0.2", ECHO);
        jdk("jdk8", "1.8.0_292", ECHO);
        jdk("odd", "unknown", ECHO);
        Files.delete(jdk("jre", "21.0.1", ECHO).resolve("bin/javac"));
        Path wrong = folder.resolve(name);
        environment.put("JAVA_HOME", wrong.toString());
        environment.put("PATH", jdk.resolve("bin") + ":" + System.getenv("PATH"));

        Result result = crvqa("list");

        assertThat(result.err())
                .isEqualTo("crvqa: JAVA_HOME is " + wrong + ", which cannot be used (" + why + "); using "
                        + jdk.toRealPath() + " instead. Correct or unset JAVA_HOME.\n");
        assertThat(result.out()).startsWith(jdk.toRealPath().resolve("bin/java").toString());
        assertThat(result.exit()).isZero();
    }

    @Test
    void optionThatJavaDoesNotKnow_namesTheVariableAndWhatJavaSays() throws Exception {
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("CRVQA_JAVA_OPTS", "-Xmx1g -Xnonsense");

        Result result = crvqa("list");

        assertThat(result.err())
                .contains("does not start with the options that it is given:\n")
                .contains("  CRVQA_JAVA_OPTS=-Xmx1g -Xnonsense\n")
                .contains("  it says: Unrecognized option: -Xnonsense\n")
                .endsWith("Correct or unset the variable.\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void optionsThatJavaKnows_reachIt() throws Exception {
        environment.put("CRVQA_JAVA_OPTS", "-Xmx1g -Dany=thing");

        Result result = crvqa("list");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains(" -Xmx1g -Dany=thing -jar ");
    }

    /** Not a folder without rights: the super-user writes everywhere. */
    @ParameterizedTest
    @CsvSource({"/dev/null/x", "a-file"})
    void homeCannotBeWritten_saysWhatItUsesInstead(String name) throws Exception {
        Files.createFile(folder.resolve("a-file"));
        Path unwritable = folder.resolve(name);
        environment.put("HOME", unwritable.toString());

        Result result = crvqa("list");

        Path instead = folder.resolve("crvqa-" + uid());
        assertThat(result.err())
                .isEqualTo("crvqa: the home folder " + unwritable + " cannot be written to; using " + instead
                        + " in place of ~/.crvqa.\n");
        assertThat(result.out())
                .contains("cache=" + instead + "/cache local=" + instead + "/local djl=" + instead + "/djl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(instead)))
                .isEqualTo("rwx------");
        assertThat(result.exit()).isZero();
    }

    @Test
    void homeCannotBeWrittenAndFoldersAreGiven_saysNothing() throws Exception {
        environment.put("HOME", "/dev/null/x");
        environment.put("CRVQA_CACHE", "/given/cache");
        environment.put("CRVQA_LOCAL", "/given/local");

        Result result = crvqa("list");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("cache=/given/cache local=/given/local djl=\n");
    }

    @Test
    void neitherHomeNorTheTemporaryFolderCanBeWritten_saysWhatToSet() throws Exception {
        environment.put("HOME", "/dev/null/x");
        environment.put("TMPDIR", "/dev/null/y");

        Result result = crvqa("list");

        assertThat(result.err())
                .isEqualTo("crvqa: neither the home folder /dev/null/x nor /dev/null/y/crvqa-" + uid()
                        + " can be written to. Set CRVQA_CACHE and CRVQA_LOCAL to folders that can.\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(2);
    }

    /** Whoever made it could change what commands read from it. */
    @Test
    void folderInsteadOfHomeIsALink_isNotTrusted() throws Exception {
        Files.createSymbolicLink(folder.resolve("crvqa-" + uid()), home);
        environment.put("HOME", "/dev/null/x");

        Result result = crvqa("list");

        assertThat(result.err()).contains("can be written to. Set CRVQA_CACHE and CRVQA_LOCAL");
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void noBuildWantedAndNothingBuilt_saysSo() throws Exception {
        Files.delete(checkout.resolve("cli/target/crvqa-cli.jar"));

        Result result = crvqa("list");

        assertThat(result.err()).isEqualTo("crvqa: CRVQA_NO_BUILD is 1, and nothing is built yet. Unset it.\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void buildFails_saysHowToSeeAllOfIt() throws Exception {
        environment.remove("CRVQA_NO_BUILD");
        Path programs = Files.createDirectories(folder.resolve("bin"));
        program(
                programs.resolve("mvn"),
                "case \"$*\" in -v) echo 'Apache Maven 3.9.1' ;; *) echo '[ERROR] broken'; exit 1 ;; esac");
        environment.put("PATH", programs + ":" + System.getenv("PATH"));

        Result result = crvqa("list");

        assertThat(result.err())
                .contains("[ERROR] broken\n")
                .contains("the build failed; the messages are above")
                .contains("cd " + checkout.toRealPath() + " && mvn");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(1);
    }

    @Test
    void mavenIsTooOld_saysWhichAndWhatIsNeeded() throws Exception {
        environment.remove("CRVQA_NO_BUILD");
        Path programs = Files.createDirectories(folder.resolve("bin"));
        program(programs.resolve("mvn"), "echo 'Apache Maven 3.6.3'");
        environment.put("PATH", programs + ":" + System.getenv("PATH"));

        Result result = crvqa("list");

        assertThat(result.err()).contains("Maven 3.8.7 or newer; " + programs.resolve("mvn") + " is 3.6.3.");
        assertThat(result.exit()).isEqualTo(2);
    }

    private Result crvqa(String... arguments) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        String[] command = new String[arguments.length + 2];
        command[0] = "sh";
        command[1] = checkout.resolve("crvqa").toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // Of whoever runs the tests.
        builder.environment().keySet().removeIf(name -> name.startsWith("CRVQA_") || name.contains("JAVA_"));
        builder.environment().remove("DJL_CACHE_DIR");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        int exit = process.waitFor();
        return new Result(exit, Files.readString(out), Files.readString(err));
    }

    private static String uid() throws Exception {
        Process id = new ProcessBuilder("id", "-u").start();
        return new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private Path jdk(String name, String version, String java) throws IOException {
        Path made = folder.resolve(name);
        Files.createDirectories(made.resolve("bin"));
        Files.writeString(made.resolve("release"), "IMPLEMENTOR=\"None\"\nJAVA_VERSION=\"" + version + "\"\n");
        program(made.resolve("bin/java"), java);
        program(made.resolve("bin/javac"), "exit 1");
        return made;
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
