package org.crvqa.coordinator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.crvqa.coordinator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule NO_SCIENCE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "org.crvqa.vqa..", "org.crvqa.worker..");

    /** So that a coordinator without a cluster loads nothing of the client. */
    @ArchTest
    static final ArchRule ONLY_KUBE_SEES_THE_KUBERNETES_CLIENT = noClasses()
            .that()
            .resideOutsideOfPackage("org.crvqa.coordinator.kube..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..");

    @ArchTest
    static final ArchRule SCALING_KNOWS_NO_CLUSTER = noClasses()
            .that()
            .resideInAPackage("org.crvqa.coordinator.scale..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.crvqa.coordinator.kube..");
}
