package io.jvmroute;

import io.jvmroute.affinity.ClientPrefix;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.cluster.Node;
import io.jvmroute.hazelcast.MemberFile;
import io.jvmroute.http.Hosts;
import io.jvmroute.status.StatusOptions;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the text of options into values and keeps all faults for one exception. */
final class OptionReader {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern MEMBER = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_.-]+)(?::(\\d{1,5}))?");
    private static final Pattern BACKEND =
            Pattern.compile("([A-Za-z0-9_-]{1,64})\\s*=\\s*([^;\\s]+)\\s*(?:;\\s*weight=(\\d{1,4}))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern HEALTH_PATH = Pattern.compile("/[!-~&&[^#]]{0,1000}");
    private static final Pattern STATUS_PATH = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*"); // RFC 6750 §2.1
    private static final int MIN_SECRET = 16;

    private final Map<String, String> options;
    private final List<String> faults;

    OptionReader(Map<String, String> options, List<String> faults) {
        this.options = options;
        this.faults = new ArrayList<>(faults);
    }

    void fault(String name, Object value, String expected) {
        fault(name + ": " + value + " (expected: " + expected + ")");
    }

    void fault(String message) {
        faults.add(message);
    }

    void throwIfFaulty() {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    String text(String name, String otherwise) {
        String value = options.get(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    String name(String name, String otherwise) {
        String value = text(name, otherwise);
        if (!NAME.matcher(value).matches()) {
            fault(name, value, "1 to 64 characters of A-Z a-z 0-9 _ . -");
        }
        return value;
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equals(value)) {
                return constant;
            }
        }
        fault(name, value, words(type));
        return otherwise;
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        return String.join(
                " or ",
                Arrays.stream(type.getEnumConstants()).map(OptionReader::word).toList());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Duration time(String name, Duration otherwise) {
        Duration time = time(name, otherwise, "> 0 ");
        if (time.isZero()) {
            fault(name, options.getOrDefault(name, ""), "> 0 and at most 24h");
        }
        return time;
    }

    /** The same where zero means something. */
    Duration timeOrZero(String name, Duration otherwise) {
        return time(name, otherwise, "");
    }

    private Duration time(String name, Duration otherwise, String least) {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        Duration time = parsedTime(value);
        if (time == null) {
            fault(name, value, "a time " + least + "such as 500ms, 30s, 5m or 1h");
            return otherwise;
        }
        if (time.compareTo(Duration.ofDays(1)) > 0) {
            fault(name, value, (least.isEmpty() ? "" : "> 0 and ") + "at most 24h");
        }
        return time;
    }

    /** A time of whole seconds that may last for days. */
    Duration longTime(String name, Duration otherwise) {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        Duration time = parsedTime(value);
        if (time == null || time.toSeconds() < 1 || time.compareTo(Duration.ofDays(10_000)) > 0) {
            fault(name, value, "a time from 1s to 10000d such as 30s, 5m, 1h or 30d");
            return otherwise;
        }
        return time;
    }

    private static @Nullable Duration parsedTime(String value) {
        Matcher matcher = TIME.matcher(value);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    boolean flag(String name, boolean otherwise) {
        return choice(name, Flag.class, otherwise ? Flag.TRUE : Flag.FALSE) == Flag.TRUE;
    }

    private enum Flag {
        TRUE,
        FALSE
    }

    String token(String name, String otherwise) {
        String value = text(name, otherwise);
        if (!SourceSpec.isToken(value)) {
            fault(name, value, "a token of RFC 9110");
        }
        return value;
    }

    <E extends Enum<E>> Set<E> choices(String name, Class<E> type) {
        Set<E> chosen = EnumSet.noneOf(type);
        for (String item : list(name, item -> null)) {
            for (E constant : type.getEnumConstants()) {
                if (word(constant).equals(item)) {
                    chosen.add(constant);
                }
            }
            if (chosen.stream().noneMatch(constant -> word(constant).equals(item))) {
                fault(name, item, words(type));
            }
        }
        return chosen;
    }

    /** {@code session, cookie, header(X-Tenant)}. */
    List<SourceSpec> sources(String name) {
        List<SourceSpec> sources = new ArrayList<>();
        for (String item : SourceSpec.split(text(name, "session"))) {
            SourceSpec source = SourceSpec.parse(item);
            if (source == null) {
                fault(name, item, SourceSpec.EXPECTED);
            } else if (sources.contains(source)) {
                fault(name, item, "each source once");
            } else {
                sources.add(source);
            }
        }
        return sources;
    }

    ClientPrefix clientPrefix(String name) {
        String value = text(name, ClientPrefix.WHOLE.toString());
        ClientPrefix prefix = ClientPrefix.parse(value);
        if (prefix == null) {
            fault(name, value, "1 to 32 bits of IPv4, 1 to 128 of IPv6, such as 32/128 or 24/64");
        }
        return prefix == null ? ClientPrefix.WHOLE : prefix;
    }

    int number(String name, int otherwise, int min, int max) {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the fault below says all there is to say
        }
        fault(name, value, "a number from " + min + " to " + max);
        return otherwise;
    }

    List<String> list(String name, Function<String, @Nullable String> faultOf) {
        List<String> items = new ArrayList<>();
        for (String item : text(name, "").split(",", -1)) {
            String trimmed = item.trim();
            if (!trimmed.isEmpty()) {
                String expected = faultOf.apply(trimmed);
                if (expected != null) {
                    fault(name, trimmed, expected);
                }
                items.add(trimmed);
            }
        }
        return items;
    }

    /** {@code 10.0.0.0/8, ::1}. */
    List<String> ranges(String name) {
        return list(name, range -> AddressRanges.isRange(range) ? null : "an address, or address/bits");
    }

    static @Nullable String memberFault(String member) {
        Matcher matcher = MEMBER.matcher(member);
        boolean good = matcher.matches() && (matcher.group(2) == null || isPort(Integer.parseInt(matcher.group(2))));
        return good ? null : "host[:port]";
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65_535;
    }

    @Nullable
    URI url(String name) {
        String value = options.get(name);
        if (value == null) {
            return null;
        }
        URI url = parsedUrl(value);
        if (url == null) {
            fault(name, value, "http://host:port or https://host:port");
        }
        return url;
    }

    private static @Nullable URI parsedUrl(String value) {
        try {
            URI url = new URI(value);
            boolean known = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (known && url.getHost() != null && isPort(url.getPort())) {
                URI bare = new URI(url.getScheme(), null, url.getHost(), url.getPort(), null, null, null);
                return url.equals(bare) || url.equals(bare.resolve("/")) ? bare : null;
            }
        } catch (URISyntaxException e) {
            return null; // the caller says what was expected
        }
        return null;
    }

    /** {@code n1=http://host:port;weight=2, n2=http://host:port}. */
    List<Node> backends(String name) {
        List<Node> backends = new ArrayList<>();
        Set<String> routes = new HashSet<>();
        for (String item : list(name, item -> null)) {
            Matcher matcher = BACKEND.matcher(item);
            URI url = matcher.matches() ? parsedUrl(matcher.group(2)) : null;
            int weight = matcher.matches() && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : 1;
            if (url == null || weight < 1 || weight > 1000) {
                fault(name, item, "route=http://host:port or https with ;weight=1 to 1000 or without");
            } else if (!routes.add(matcher.group(1))) {
                fault(name, item, "each route once");
            } else {
                backends.add(Node.ofStatic(matcher.group(1), url, weight));
            }
        }
        return backends;
    }

    /** How backends are checked, from four options; null if there is no path to ask for. */
    @Nullable
    HealthCheck healthCheck() {
        String path = options.get("healthPath");
        if (path == null) {
            for (String name : List.of("healthInterval", "healthRise", "healthFall")) {
                if (options.containsKey(name)) {
                    fault("healthPath", "missing", "a path, since " + name + " is given");
                }
            }
            return null;
        }
        if (!HEALTH_PATH.matcher(path).matches()) {
            fault("healthPath", path, "a path that begins with /, percent-encoded");
        }
        return new HealthCheck(
                path,
                time("healthInterval", Duration.ofSeconds(2)),
                number("healthRise", 2, 1, 100),
                number("healthFall", 3, 1, 100));
    }

    /** The certificates to trust, from three options; null if none is given. */
    @Nullable
    KeyStore trustStore() {
        String path = options.get("trustStore");
        String password = options.get("trustStorePassword");
        String type = options.get("trustStoreType");
        if (path == null) {
            if (password != null || type != null) {
                fault("trustStore", "missing", "a file, since its password or type is given");
            }
            return null;
        }
        File file = new File(path);
        if (!file.isFile() || !file.canRead()) {
            fault("trustStore", path, "a key store that can be read");
            return null;
        }
        try {
            KeyStore store = load(file, password == null ? null : password.toCharArray(), type);
            if (Collections.list(store.aliases()).stream().noneMatch(alias -> isCertificate(store, alias))) {
                fault("trustStore", path, "at least one trusted certificate");
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            fault("trustStore", path, "a key store of trustStoreType that trustStorePassword opens: " + e.getMessage());
            return null;
        }
    }

    private static KeyStore load(File file, char @Nullable [] password, @Nullable String type)
            throws IOException, GeneralSecurityException {
        if (type == null) {
            return KeyStore.getInstance(file, password); // finds out which
        }
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }

    private static boolean isCertificate(KeyStore store, String alias) {
        try {
            return store.isCertificateEntry(alias);
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e); // it was loaded
        }
    }

    /** A file that comes and goes, in a folder that is there; null if none is given. */
    @Nullable
    Path signalFile(String name) {
        String text = options.get(name);
        if (text == null) {
            return null;
        }
        try {
            Path file = Path.of(text).toAbsolutePath();
            Path folder = file.getParent();
            if (folder != null && Files.isDirectory(folder) && !Files.isDirectory(file)) {
                return file;
            }
        } catch (InvalidPathException e) {
            // the same fault
        }
        fault(name, text, "a file in a folder that is there");
        return null;
    }

    /** Hazelcast's own configuration file. */
    @Nullable
    MemberFile memberFile(String name) {
        String path = options.get(name);
        if (path == null) {
            return null;
        }
        try {
            return new MemberFile(Path.of(path), options.get("bindAddress"));
        } catch (InvalidPathException e) {
            fault(name, path, "the path of a file");
            return null;
        }
    }

    List<String> secrets(String name) {
        List<String> secrets = new ArrayList<>();
        for (String item : text(name, "").split(",", -1)) {
            String secret = item.trim();
            if (!secret.isEmpty()) {
                secrets.add(secret);
                if (secret.length() < MIN_SECRET) {
                    fault(name, secret.length() + " characters", "at least " + MIN_SECRET + " for each secret");
                }
            }
        }
        if (secrets.size() > 2) {
            fault(name, secrets.size() + " secrets", "one, or new,old while rotating");
        }
        return secrets;
    }

    /** Where the status is, from three options; null if there is no path for it. */
    @Nullable
    StatusOptions status() {
        String path = options.get("statusPath");
        String token = options.get("statusToken");
        List<String> allow = ranges("statusAllow");
        if (path == null) {
            for (String name : List.of("statusToken", "statusAllow")) {
                if (options.containsKey(name)) {
                    fault("statusPath", "missing", "a path such as /jvmroute, since " + name + " is given");
                }
            }
            return null;
        }
        if (!STATUS_PATH.matcher(path).matches()) {
            fault("statusPath", path, "a path such as /jvmroute, of A-Z a-z 0-9 - . _ ~, without / at its end");
        }
        if (token != null && token.length() < MIN_SECRET) {
            fault("statusToken", token.length() + " characters", "at least " + MIN_SECRET);
        } else if (token != null && !TOKEN.matcher(token).matches()) {
            fault("statusToken", "given", "characters of A-Z a-z 0-9 - . _ ~ + / with = at its end at most");
        }
        return new StatusOptions(path, token, allow);
    }

    /** One interface of this machine, and one from which the members can be reached. */
    void checkBindAddress(String bindAddress, List<String> members) {
        InetAddress address;
        try {
            address = InetAddress.getByName(Hosts.unbracketed(bindAddress));
            if (address.isAnyLocalAddress()) {
                fault("bindAddress", bindAddress, "the address of one interface, not a wildcard");
                return;
            }
            if (NetworkInterface.getByInetAddress(address) == null && !address.isLoopbackAddress()) {
                fault("bindAddress", bindAddress, "an address of this machine");
                return;
            }
        } catch (IOException e) {
            fault("bindAddress", bindAddress, "the address of one interface of this machine");
            return;
        }
        if (address.isLoopbackAddress()) {
            members.stream()
                    .filter(member -> memberFault(member) == null && !isLoopback(member))
                    .forEach(member -> fault(
                            "members",
                            member,
                            "loopback addresses while bindAddress is " + bindAddress
                                    + ", or a bindAddress that they reach"));
        }
    }

    private static boolean isLoopback(String member) {
        Matcher matcher = MEMBER.matcher(member);
        try {
            return matcher.matches()
                    && InetAddress.getByName(Hosts.unbracketed(matcher.group(1)))
                            .isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
