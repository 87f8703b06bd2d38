package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.AffinityConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The module of a Jetty base: no option is forgotten in it. */
final class ModuleFilesTest {
    private static final Path FILES = Path.of("src/main/config");
    private static final Pattern SET =
            Pattern.compile("\"setOption\"><Arg>(\\w+)</Arg><Arg><Property name=\"jvmroute\\.(\\w+)\"/></Arg>");

    @Test
    void xml_passesEveryOption() throws IOException {
        String xml = Files.readString(FILES.resolve("etc/jvmroute.xml"));

        assertThat(SET.matcher(xml).results().map(set -> set.group(1)))
                .containsExactlyInAnyOrderElementsOf(AffinityConfigBuilder.OPTIONS);
        assertThat(SET.matcher(xml).results()).allMatch(set -> set.group(1).equals(set.group(2)));
    }

    @Test
    void iniTemplate_tellsOfEveryOption() throws IOException {
        String module = Files.readString(FILES.resolve("modules/jvmroute.mod"));
        String template = module.substring(module.indexOf("[ini-template]"));

        assertThat(AffinityConfigBuilder.OPTIONS)
                .allSatisfy(option -> assertThat(template).containsPattern("(?m)^# jvmroute\\." + option + "="));
        assertThat(template.lines().skip(1)).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }
}
