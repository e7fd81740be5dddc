package io.streamweir.sinks.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** The database did not do what it was asked to; the transaction did not happen. */
final class DatabaseException extends RuntimeException {

  private static final int CLASS_LENGTH = 2;

  /** Not authorized, no such database, no such schema, no such table or privilege. */
  private static final Set<String> FOR_A_PERSON = Set.of("28", "3D", "3F", "42");

  private final String state;

  DatabaseException(SQLException cause) {
    super(cause);
    this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
  }

  /** Whether it will be the same next time, until somebody changes something. */
  boolean needsAPerson() {
    return state.length() > CLASS_LENGTH && FOR_A_PERSON.contains(state.substring(0, CLASS_LENGTH));
  }
}
