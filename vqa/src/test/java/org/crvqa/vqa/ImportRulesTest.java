package org.crvqa.vqa;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

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

    @ArchTest
    static final ArchRule TENSORS_CROSS_IN_ONE_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackage("..vqa.tensor..")
            .should()
            .accessTargetWhere(new Crossing())
            .because(
                    "each may stop a GPU or take memory that is freed too early: use vqa.tensor's Transfer, Torch or TensorOps");

    /**
     * A use of the engine that copies between Java memory and tensors, waits for the device, lets it see Java memory, or sets
     * something of the whole process.
     */
    static final class Crossing extends DescribedPredicate<JavaAccess<?>> {
        private static final Pattern READS = Pattern.compile(
                "toByteBuffer|to\\w*Array|toDevice|contentEquals|allClose|get(Float|Double|Long|Int|Short|Byte|Uint8|Boolean|UnsignedInt)");

        Crossing() {
            super("a crossing between Java memory and tensors");
        }

        @Override
        public boolean test(JavaAccess<?> access) {
            if (!(access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget target)) {
                return false;
            }
            JavaClass owner = target.getOwner();
            List<JavaClass> parameters = target.getRawParameterTypes();
            if (owner.isAssignableTo(NDArray.class)) {
                return READS.matcher(target.getName()).matches()
                        || target.getName().equals("set")
                        || parameters.stream().anyMatch(type -> type.isEquivalentTo(Number.class));
            }
            if (owner.isAssignableTo(NDManager.class)) {
                return target.getName().equals("create") && !parameters.get(0).isEquivalentTo(Shape.class);
            }
            return owner.isEquivalentTo(JniUtils.class) && target.getName().startsWith("set");
        }
    }

    /** Does what is forbidden, in ten ways, and two things that are not. */
    private static final class Crossings {
        static Object of(NDArray tensor, NDManager manager) {
            JniUtils.setSeed(1);
            tensor.set(new float[] {1});
            return List.of(
                    tensor.toByteBuffer(),
                    tensor.toFloatArray(),
                    tensor.toLongArray(),
                    tensor.getFloat(),
                    tensor.add(1),
                    tensor.eq(0),
                    manager.create(1f),
                    manager.create(new float[] {1}),
                    tensor.get(":, 0"),
                    manager.create(new Shape(1)));
        }
    }

    @Test
    void crossing_everyForbiddenUse_isFoundAndNoOther() {
        JavaClass crossings = new ClassFileImporter().importClass(Crossings.class);
        Crossing forbidden = new Crossing();
        assertThat(crossings.getAccessesFromSelf().stream()
                        .filter(forbidden)
                        .map(access -> access.getTarget().getName()))
                .containsExactlyInAnyOrder(
                        "setSeed",
                        "set",
                        "toByteBuffer",
                        "toFloatArray",
                        "toLongArray",
                        "getFloat",
                        "add",
                        "eq",
                        "create",
                        "create");
    }
}
