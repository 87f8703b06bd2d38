package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The places of the defects must still be there when the product has changed. */
final class PlantedDefectTest {
    private static final Path SOURCES = Path.of("../jvmroute-common/src/main/java/io/jvmroute");

    @ParameterizedTest
    @FieldSource("io.jvmroute.it.campaign.PlantedDefect#ALL")
    void plant_itsPlace_isThereOnce(PlantedDefect defect) throws IOException {
        assertThat(defect.plant(SOURCES)).contains(defect.replacement());
    }
}
