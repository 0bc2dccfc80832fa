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

    @ArchTest
    static final ArchRule PLANS_KNOW_NOTHING_OF_DISPATCH = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.crvqa.coordinator.spec..", "org.crvqa.coordinator.plan..", "org.crvqa.coordinator.estimate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.crvqa.coordinator.dispatch..", "org.crvqa.coordinator.api..", "io.quarkus..");
}
