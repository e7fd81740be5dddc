package io.streamweir.gateway.http;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The certificate of a gateway, and its key. Read once, when the gateway starts. */
public final class Tls {

  private final String certificate;
  private final String key;
  private final String passwordFile;

  /**
   * @param certificate PEM or PKCS12 file; empty for none
   * @param key PEM file; empty with a PKCS12 file
   * @param passwordFile of the PKCS12 file; empty for none
   * @throws IllegalArgumentException if these do not go together, or a file cannot be read
   */
  public Tls(String certificate, String key, String passwordFile) {
    this.certificate = certificate;
    this.key = key;
    this.passwordFile = passwordFile;
    if (certificate.isEmpty() && !(key.isEmpty() && passwordFile.isEmpty())) {
      throw new IllegalArgumentException(
          "tls.key or tls.password-file is given, but no tls.certificate that it belongs to.");
    }
    if (enabled() && isPkcs12() != key.isEmpty()) {
      throw new IllegalArgumentException(
          isPkcs12()
              ? "tls.certificate is a PKCS12 file, which holds the key; leave tls.key out."
              : "tls.certificate is a PEM file and needs its private key in tls.key.");
    }
    apply(new HttpServerOptions());
  }

  public boolean enabled() {
    return !certificate.isEmpty();
  }

  /** Has a server speak TLS, if there is a certificate. */
  public void apply(HttpServerOptions options) {
    if (!enabled()) {
      return;
    }
    options.setSsl(true);
    if (isPkcs12()) {
      options.setKeyCertOptions(
          new PfxOptions()
              .setPath(readable("tls.certificate", certificate).toString())
              .setPassword(password()));
    } else {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(readable("tls.certificate", certificate).toString())
              .setKeyPath(readable("tls.key", key).toString()));
    }
  }

  private boolean isPkcs12() {
    var name = certificate.toLowerCase(Locale.ROOT);
    return name.endsWith(".p12") || name.endsWith(".pfx");
  }

  private String password() {
    if (passwordFile.isEmpty()) {
      return "";
    }
    try {
      return Files.readString(readable("tls.password-file", passwordFile)).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "tls.password-file " + passwordFile + " cannot be read: " + e, e);
    }
  }

  private static Path readable(String setting, String file) {
    var path = Path.of(file).toAbsolutePath();
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException(
          setting + " is " + path + ", which is no file that this process can read.");
    }
    return path;
  }
}
