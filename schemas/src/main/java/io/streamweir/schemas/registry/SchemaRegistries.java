package io.streamweir.schemas.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the registry of a URL. */
public final class SchemaRegistries {

  private static final String MEMORY = "memory:";
  private static final Map<String, SchemaRegistry> IN_MEMORY = new ConcurrentHashMap<>();

  private SchemaRegistries() {}

  /**
   * A client of the registry at a URL; {@code memory:NAME} is one inside this JVM, shared by all
   * who say the name.
   *
   * @throws IllegalArgumentException for another scheme
   */
  public static SchemaRegistry connect(String url) {
    if (url.startsWith(MEMORY)) {
      return IN_MEMORY.computeIfAbsent(url, name -> new InMemorySchemaRegistry());
    }
    if (url.startsWith("http://") || url.startsWith("https://")) {
      return new HttpSchemaRegistry(url);
    }
    throw new IllegalArgumentException(
        "schema.registry.url is '" + url + "', but must start with http://, https:// or memory:");
  }
}
