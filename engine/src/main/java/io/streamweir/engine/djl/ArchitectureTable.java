package io.streamweir.engine.djl;

import java.util.List;

/** The architectures that the djl engine serves, for people. */
public final class ArchitectureTable {
  private ArchitectureTable() {}

  /**
   * @param name as {@code architectures} in {@code config.json} has it
   * @param models which models are of it
   * @param remarks what sets its layer apart
   */
  public record Row(String name, String models, String remarks) {}

  /** In the order in which a table shows them. */
  public static List<Row> rows() {
    return Architecture.ALL.stream().map(a -> new Row(a.name(), a.models(), a.remarks())).toList();
  }
}
