package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Key stores made by the JDK's keytool, with the password {@link #PASSWORD}. */
public final class TestKeys {
    public static final String PASSWORD = "changeit";

    private TestKeys() {}

    /** A key with a certificate signed by itself for this name ({@code dns:…} or {@code ip:…}). */
    public static Path key(Path folder, String name) throws Exception {
        Path file = folder.resolve(name.replace(':', '-') + ".p12");
        keytool(
                List.of("-genkeypair", "-alias", "key", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=" + name),
                file);
        return file;
    }

    /** The certificate of a key, as one to trust. */
    public static Path trust(Path key) throws Exception {
        Path certificate = Path.of(key + ".crt");
        keytool(List.of("-exportcert", "-alias", "key", "-file", certificate.toString()), key);
        Path file = Path.of(key + ".trust");
        keytool(List.of("-importcert", "-noprompt", "-alias", "key", "-file", certificate.toString()), file);
        return file;
    }

    /** The content of a file from here. */
    public static KeyStore load(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** The client's end: it trusts {@code trust}, and shows {@code key} if it has one. */
    public static SSLContext client(@Nullable Path key, Path trust) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(key == null ? null : load(key), PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(load(trust));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static void keytool(List<String> arguments, Path store) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
