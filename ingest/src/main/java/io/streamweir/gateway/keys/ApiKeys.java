package io.streamweir.gateway.keys;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a file, read again when it changes. A file that cannot be read any more leaves the
 * keys as they were: a slip of an editor locks nobody out. Keys themselves are never kept, logged
 * or told. Thread-safe.
 */
public final class ApiKeys {

  private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
  private static final String BEARER = "Bearer ";

  private final Path file;
  private final InstantSource clock;
  private volatile Map<String, ApiKey> keys;
  private FileTime modified;

  private ApiKeys(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * @throws IllegalArgumentException if the file cannot be read or is no file of keys; says why
   */
  public static ApiKeys read(Path file, InstantSource clock) {
    var keys = new ApiKeys(file, clock);
    try {
      keys.modified = Files.getLastModifiedTime(file);
      keys.keys = KeyFileReader.read(Files.readString(file));
      return keys;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " (keys.file) cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + " (keys.file) is no file of keys: " + e.getMessage(), e);
    }
  }

  /** Reads the file again if it has changed; blocks on the file system. */
  public synchronized void refresh() {
    try {
      var now = Files.getLastModifiedTime(file);
      if (!now.equals(modified)) {
        keys = KeyFileReader.read(Files.readString(file));
        modified = now;
        LOG.info("{} API keys read from {}", keys.size(), file);
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is not usable, the API keys stay as they were: {}", file, e.getMessage());
    }
  }

  /**
   * Who holds a key.
   *
   * @param authorization the header of that name; null if there is none
   * @param apiKey the header x-api-key; null if there is none
   * @throws ApiException with status 401 if there is no valid key, with 403 if it may not be used
   *     for this
   */
  public Caller caller(String authorization, String apiKey, Scope scope) {
    var given = apiKey != null ? apiKey : bearer(authorization);
    if (given == null) {
      throw unauthenticated("No API key was given; send it as 'Authorization: Bearer KEY'.");
    }
    var key = keys.get(sha256(given));
    if (key == null || !key.validAt(clock.instant())) {
      throw unauthenticated("The API key is unknown, disabled or expired.");
    }
    if (!key.scopes().contains(scope)) {
      throw new ApiException(
          ApiError.of(
              403,
              "scope_missing",
              "API key '" + key.name() + "' lacks the scope that this route needs."));
    }
    return new Caller(key.tenant(), key.models());
  }

  private static String bearer(String authorization) {
    var isBearer =
        authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return isBearer ? authorization.substring(BEARER.length()).strip() : null;
  }

  private static ApiException unauthenticated(String why) {
    return new ApiException(ApiError.of(401, "invalid_api_key", why));
  }

  private static String sha256(String key) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
