package io.jvmroute;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.stream.Stream;

/** The stations of the corridor and the arrows between them; what is not drawn is not allowed. */
@AnalyzeClasses(packages = "io.jvmroute", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String ROOT = "io.jvmroute";

    /** These decide: values in, values out. */
    private static final String[] PURE = packages("affinity", "cluster", "policy");

    // ---- the arrows ----

    @ArchTest
    static final ArchRule http_uses = station("http");

    @ArchTest
    static final ArchRule affinity_uses = station("affinity", "http");

    @ArchTest
    static final ArchRule cluster_uses = station("cluster", "affinity", "http");

    @ArchTest
    static final ArchRule policy_uses = station("policy", "cluster", "affinity", "http");

    @ArchTest
    static final ArchRule http1_uses = station("http1");

    @ArchTest
    static final ArchRule forward_uses = station("forward", "http1", "cluster", "http");

    @ArchTest
    static final ArchRule record_uses = station("record", "policy", "forward", "cluster", "affinity");

    @ArchTest
    static final ArchRule status_uses = station("status", "record", "cluster", "http");

    @ArchTest
    static final ArchRule hazelcast_uses = station("hazelcast", "cluster", "affinity");

    @ArchTest
    static final ArchRule root_knowsNoAdapter = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".servlet..");

    @ArchTest
    static final ArchRule stations_haveNoCycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule stations_areOnThePlan = classes()
            .should()
            .resideInAnyPackage(packages(
                    "http",
                    "affinity",
                    "cluster",
                    "policy",
                    "http1",
                    "forward",
                    "record",
                    "status",
                    "hazelcast",
                    "servlet"))
            .orShould()
            .resideInAPackage(ROOT);

    // ---- secrets ----

    /** A comparison that ends at the first difference tells by its time how much of a code was guessed. */
    @ArchTest
    static final ArchRule codes_areComparedInConstantTime = classes()
            .that()
            .haveNameMatching(".*\\.(HopTickets|HopKey|RouteCookieKey|StatusAccess|NodeEntry)")
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class);

    // ---- the world outside ----

    @ArchTest
    static final ArchRule hazelcast_isSeenByItsPackageAlone = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".hazelcast..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast..");

    @ArchTest
    static final ArchRule servlet_isSeenByItsPackageAlone = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".servlet..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.servlet..");

    @ArchTest
    static final ArchRule containers_areUnknownHere =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache..", "org.eclipse..");

    @ArchTest
    static final ArchRule decisions_useNoSocketAndNoFile = decisionsUseNo(
            "java\\.(io|nio\\.channels|nio\\.file|net)\\..*",
            "java\\.io\\.(Serializable|ObjectStreamException)|java\\.net\\.(URI|URISyntaxException)");

    @ArchTest
    static final ArchRule decisions_useNoClock = decisionsUseNo("java\\.time\\..*", "java\\.time\\.Duration");

    @ArchTest
    static final ArchRule decisions_readNoClock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule decisions_useNoChance = decisionsUseNo(
            "java\\.util\\.(random\\..*|Random|SplittableRandom|UUID|concurrent\\.ThreadLocalRandom)"
                    + "|java\\.security\\.SecureRandom",
            "");

    @ArchTest
    static final ArchRule decisions_useNoLogger =
            decisionsUseNo("java\\.lang\\.System\\$Logger.*|java\\.util\\.logging\\..*|org\\.slf4j\\..*", "");

    /** Classes of {@code station} may use the others given, the JDK and libraries, and nothing else of ours. */
    private static ArchRule station(String station, String... others) {
        String[] allowed = packages(
                Stream.concat(Stream.of(station), Arrays.stream(others)).toArray(String[]::new));
        return noClasses()
                .that()
                .resideInAPackage(ROOT + "." + station + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true); // not every station of the plan is built yet
    }

    private static ArchRule decisionsUseNo(String classNames, String except) {
        DescribedPredicate<JavaClass> forbidden =
                nameMatching(classNames).and(not(nameMatching(except))).forSubtype();
        return noClasses().that().resideInAnyPackage(PURE).should().dependOnClassesThat(forbidden);
    }

    private static String[] packages(String... stations) {
        return Arrays.stream(stations)
                .map(station -> ROOT + "." + station + "..")
                .toArray(String[]::new);
    }
}
