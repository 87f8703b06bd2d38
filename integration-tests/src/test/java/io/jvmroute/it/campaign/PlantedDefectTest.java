package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The defects must still be ones when the product has changed. */
final class PlantedDefectTest {
    private static final Path SOURCES = Path.of("../jvmroute-common/src/main/java/io/jvmroute");

    @ParameterizedTest
    @FieldSource("io.jvmroute.it.campaign.PlantedDefect#ALL")
    void plant_itsPlace_isThereOnce(PlantedDefect defect) throws IOException {
        assertThat(defect.plant(SOURCES)).contains(defect.replacement());
    }

    @ParameterizedTest
    @FieldSource("io.jvmroute.it.campaign.PlantedDefect#ALL")
    void compile_each_compiles(PlantedDefect defect, @TempDir Path folder) throws IOException {
        assertThat(Planting.compile(defect, SOURCES, folder)).isNotEmpty();
    }
}
