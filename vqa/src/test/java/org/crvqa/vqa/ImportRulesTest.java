package org.crvqa.vqa;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The science knows nothing of calls between processes. */
@AnalyzeClasses(packages = "org.crvqa.vqa", importOptions = DoNotIncludeTests.class)
class ImportRulesTest {
    @ArchTest
    static final ArchRule SCIENCE_SEES_NO_SERVICE_FRAMEWORK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.quarkus..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("org\\.crvqa\\..*Grpc(\\$.*)?");

    @ArchTest
    static final ArchRule LOWER_PACKAGES_DO_NOT_SEE_TRAINING = noClasses()
            .that()
            .resideInAnyPackage("..vqa.device..", "..vqa.tensor..", "..vqa.model..", "..vqa.debias..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..vqa.train..", "..vqa.optim..", "..vqa.mask..", "..vqa.data..");

    @ArchTest
    static final ArchRule DEVICE_SEES_ONLY_THE_ENGINE = noClasses()
            .that()
            .resideInAPackage("..vqa.device..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..vqa.model..", "..vqa.debias..", "..vqa.score..", "ai.djl.ndarray..", "ai.djl.pytorch..")
            .because("tensors are touched in vqa.tensor only");
}
