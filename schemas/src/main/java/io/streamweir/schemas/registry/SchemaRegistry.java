package io.streamweir.schemas.registry;

import org.apache.avro.Schema;

/** Maps schemas to ids and back. Implementations are thread-safe and cache: a hit costs no I/O. */
public interface SchemaRegistry {

  /**
   * The id of a schema under a subject; registers it if it is new.
   *
   * @throws IncompatibleSchemaException if the registry refuses it
   * @throws RegistryUnavailableException if the registry does not answer; worth a retry
   */
  int idOf(String subject, Schema schema);

  /**
   * The schema of an id.
   *
   * @throws UnknownSchemaException if the registry does not know the id
   * @throws RegistryUnavailableException if the registry does not answer; worth a retry
   */
  Schema schemaOf(int id);

  /**
   * Sets the compatibility that the registry enforces for a subject. A registry that enforces none
   * does nothing.
   *
   * @param level for example {@code FULL_TRANSITIVE}
   * @throws RegistryUnavailableException if the registry does not answer; worth a retry
   */
  default void setCompatibility(String subject, String level) {}
}
