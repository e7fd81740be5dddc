package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.Responder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.Extension.class)
class TlsITCase {

  private static final String PASSWORD = "changed-not";

  @TempDir private static Path directory;
  private static KeyStore store;

  private final Cluster cluster;

  TlsITCase(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var file = directory.resolve("gateway.p12");
    var process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    pem("cert.pem", "CERTIFICATE", store.getCertificate("gateway").getEncoded());
    pem("key.pem", "PRIVATE KEY", store.getKey("gateway", PASSWORD.toCharArray()).getEncoded());
  }

  @Test
  void shouldSpeakTlsWithAPkcs12File() throws Exception {
    answers(Map.of("tls.certificate", path("gateway.p12"), "tls.password-file", path("password")));
  }

  @Test
  void shouldSpeakTlsWithPemFiles() throws Exception {
    answers(Map.of("tls.certificate", path("cert.pem"), "tls.key", path("key.pem")));
  }

  @Test
  void shouldNotStartWithHalfOfWhatTlsNeeds() {
    assertRefused(Map.of("tls.certificate", path("cert.pem")), "needs its private key in tls.key");
    assertRefused(Map.of("tls.key", path("key.pem")), "no tls.certificate");
    assertRefused(
        Map.of("tls.certificate", path("gateway.p12"), "tls.key", path("key.pem")),
        "leave tls.key out");
    assertRefused(
        Map.of("tls.certificate", path("none.pem"), "tls.key", path("key.pem")), "none.pem");
    assertRefused(
        Map.of("tls.certificate", path("gateway.p12"), "tls.password-file", path("cert.pem")),
        "cannot listen");
  }

  private void answers(Map<String, String> settings) throws Exception {
    try (var responder = new Responder(cluster.options());
        var gateway = GatewayServer.start(Gateways.config(cluster, settings))) {
      assertThat(gateway.url()).startsWith("https://127.0.0.1:");
      var client = HttpClient.newBuilder().sslContext(trusting()).build();
      var request =
          HttpRequest.newBuilder(URI.create(gateway.url() + CHAT))
              .POST(BodyPublishers.ofString(chat("counting", ",\"stream\":true")))
              .build();
      Await.until(() -> send(client, request).statusCode() == 200);
      assertThat(send(client, request).body()).contains("[DONE]");

      var plain = URI.create(gateway.url().replace("https", "http") + "/livez");
      assertThatThrownBy(() -> send(client, HttpRequest.newBuilder(plain).build()))
          .isInstanceOf(IOException.class);
    }
  }

  private void assertRefused(Map<String, String> settings, String why) {
    assertThatThrownBy(() -> GatewayServer.start(Gateways.config(cluster, settings)).close())
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining(PASSWORD);
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  private static SSLContext trusting() throws Exception {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", store.getCertificate("gateway"));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static void pem(String file, String kind, byte[] der) throws IOException {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }

  private static String path(String file) {
    return directory.resolve(file).toString();
  }
}
