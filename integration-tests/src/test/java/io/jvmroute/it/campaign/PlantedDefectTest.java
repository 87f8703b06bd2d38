package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The places of the product where defects are planted, which go on without the campaign. */
final class PlantedDefectTest {
    private static final Path SOURCES = Path.of("../jvmroute-common/src/main/java/io/jvmroute");

    static List<PlantedDefect> defects() {
        return PlantedDefect.ALL;
    }

    @ParameterizedTest
    @MethodSource("defects")
    void plant_changesTheSource(PlantedDefect defect) throws IOException {
        assertThat(defect.plant(SOURCES)).isNotEqualTo(Files.readString(SOURCES.resolve(defect.source())));
    }
}
