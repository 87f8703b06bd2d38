package io.jvmroute.tomcat;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Tomcat's Digester calls {@code getMethods} on the valve: a nested type in a signature would fail there, in the real container only. */
@AnalyzeClasses(packages = "io.jvmroute.tomcat", importOptions = ImportOption.DoNotIncludeTests.class)
final class VisibleClassesTest {
    @ArchTest
    static final ArchRule VISIBLE_CLASSES_NEED_NO_NESTED_ONES = classes()
            .that()
            .resideInAPackage("io.jvmroute.tomcat")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.management..",
                    "jakarta..",
                    "org.apache..",
                    "org.jspecify..",
                    "io.jvmroute.tomcat"));
}
