package io.streamweir.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * A registry within one process, for tests and benchmarks that have no use for a server.
 * Thread-safe.
 */
public final class InMemorySchemaRegistry implements SchemaRegistry {

  private final List<Schema> schemas = new ArrayList<>();

  @Override
  public synchronized int idOf(String subject, Schema schema) {
    var index = schemas.indexOf(schema);
    if (index < 0) {
      schemas.add(schema);
      index = schemas.size() - 1;
    }
    return index + 1;
  }

  @Override
  public synchronized Schema schemaOf(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new UnknownSchemaException("Schema id " + id + " was never registered here");
    }
    return schemas.get(id - 1);
  }

  /** All schemas in the order of their ids, from 1 on. */
  public synchronized List<Schema> schemas() {
    return List.copyOf(schemas);
  }
}
