package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Made-up values of {@code Forwarded}: read back is what was said. */
final class ForwardedStepTest {
    private static final String SEED = "20260104";
    private static final String NASTY = "a1.:=;,\"\\ \t";

    @Property(seed = SEED)
    void ofElement_anySpelling_saysWhatWasSaid(
            @ForAll("steps") @Size(min = 1, max = 4) List<ForwardedStep> said,
            @ForAll("garbage") String before,
            @ForAll Random random) {
        String list = said.stream()
                .map(step -> spelt(step, random))
                .collect(Collectors.joining(random.nextBoolean() ? "," : " ,\t"));

        ListFromEnd elements = new ListFromEnd(before + "," + list);
        List<ForwardedStep> read = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            read.add(0, ForwardedStep.ofElement(elements.next()));
        }

        assertThat(read).as("%s,%s", before, list).isEqualTo(said);
    }

    @Property(seed = SEED)
    void next_anything_isAllOfIt(@ForAll("garbage") String list) {
        List<String> members = new ArrayList<>();
        for (ListFromEnd left = new ListFromEnd(list); left.hasNext(); ) {
            String member = left.next();
            ForwardedStep unused = ForwardedStep.ofElement(member);
            members.add(0, member);
        }

        assertThat(String.join(",", members).replaceAll("[ \t]", "")).isEqualTo(list.replaceAll("[ \t]", ""));
    }

    @Provide
    Arbitrary<List<ForwardedStep>> steps() {
        Arbitrary<String> addresses = Arbitraries.of("203.0.113.9", "2001:db8::1", "unknown", "_hidden");
        Arbitrary<String> protos = Arbitraries.of("http", "https", "");
        return Combinators.combine(addresses, protos, garbage())
                .as(ForwardedStep::new)
                .list();
    }

    @Provide
    Arbitrary<String> garbage() {
        return Arbitraries.strings().withChars(NASTY.toCharArray()).ofMaxLength(12);
    }

    private static String spelt(ForwardedStep step, Random random) {
        boolean six = step.address().indexOf(':') >= 0;
        List<String> pairs = new ArrayList<>(List.of(
                name("for", random) + value(six ? "[" + step.address() + "]" : step.address(), random),
                name("proto", random) + value(step.proto(), random),
                name("host", random) + value(step.host(), random),
                name("by", random) + value("10.0.0.1:80", random)));
        Collections.shuffle(pairs, random);
        return String.join(random.nextBoolean() ? ";" : " ; ", pairs);
    }

    private static String name(String name, Random random) {
        return (random.nextBoolean() ? name : name.toUpperCase(Locale.ROOT)) + "=";
    }

    private static String value(String value, Random random) {
        if (value.matches("[\\w.]+") && random.nextBoolean()) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || random.nextInt(8) == 0) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
