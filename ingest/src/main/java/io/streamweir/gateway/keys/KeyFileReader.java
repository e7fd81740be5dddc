package io.streamweir.gateway.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a file of keys: {@code {"keys": [{"name", "sha256", "tenant", "scopes", "models",
 * "expires", "disabled"}]}}, all but the first three optional. What it does not know it refuses: a
 * misspelt restriction must not become none.
 */
final class KeyFileReader {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Set<String> FIELDS =
      Set.of("name", "sha256", "tenant", "scopes", "models", "expires", "disabled");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private KeyFileReader() {}

  /**
   * The keys by digest.
   *
   * @throws IllegalArgumentException that says which key is wrong, and what of it
   */
  static Map<String, ApiKey> read(String text) {
    var keys = new HashMap<String, ApiKey>();
    try {
      var array = JSON.readTree(text).path("keys");
      require(array.isArray(), "The file", "an object with an array 'keys'");
      for (var entry : array) {
        var key = key("keys[" + keys.size() + "]", entry);
        require(keys.put(key.sha256(), key) == null, key.name(), "a key that stands there once");
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("It is not JSON: " + e.getOriginalMessage(), e);
    }
    return Map.copyOf(keys);
  }

  private static ApiKey key(String place, JsonNode entry) {
    require(entry.isObject(), place, "an object");
    entry
        .fieldNames()
        .forEachRemaining(
            field -> require(FIELDS.contains(field), place + "." + field, "one of " + FIELDS));
    var name = entry.path("name").asText();
    require(!name.isEmpty(), place + ".name", "given");
    var digest = entry.path("sha256").asText();
    require(
        DIGEST.matcher(digest).matches(),
        name + ": sha256",
        "64 lower-case hexadecimal digits, the SHA-256 of the key");
    var tenant = entry.path("tenant").asText();
    require(TENANT.matcher(tenant).matches(), name + ": tenant", "1 to 64 of A-Z a-z 0-9 . _ -");
    var disabled = entry.path("disabled");
    require(disabled.isMissingNode() || disabled.isBoolean(), name + ": disabled", "true or false");
    return new ApiKey(
        name,
        digest,
        tenant,
        scopes(name, entry.path("scopes")),
        texts(name + ": models", entry.path("models")),
        expires(name, entry.path("expires")),
        disabled.booleanValue());
  }

  private static Set<Scope> scopes(String name, JsonNode value) {
    var scopes = EnumSet.noneOf(Scope.class);
    var given = texts(name + ": scopes", value);
    if (given.isEmpty()) {
      return EnumSet.allOf(Scope.class);
    }
    for (var one : given.get()) {
      try {
        scopes.add(Scope.valueOf(one.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            name + ": scope '" + one + "' must be generate, streams or models.", e);
      }
    }
    return scopes;
  }

  private static Optional<Set<String>> texts(String place, JsonNode value) {
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    require(value.isArray(), place, "an array of strings");
    var texts = new LinkedHashSet<String>();
    for (var one : value) {
      require(one.isTextual(), place, "an array of strings");
      texts.add(one.textValue());
    }
    return Optional.of(Set.copyOf(texts));
  }

  private static Optional<Instant> expires(String name, JsonNode value) {
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(value.asText()));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          name + ": expires is '" + value.asText() + "', but must be like 2027-01-31T00:00:00Z.",
          e);
    }
  }

  private static void require(boolean holds, String what, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(what + " must be " + expected + ".");
    }
  }
}
