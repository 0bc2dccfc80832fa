package org.crvqa.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.crvqa.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule knows_no_tensors = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "org.crvqa.vqa..")
            .because("what the services share must build and test without the science");

    @ArchTest
    static final ArchRule core_knows_no_container = noClasses()
            .that()
            .haveSimpleNameStartingWith("Task")
            .or()
            .haveSimpleName("RunningTask")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "jakarta..", "io.grpc..")
            .because("the rules of a task's life are tested without a server");
}
