package io.streamweir.sinks.jdbc;

import io.streamweir.schemas.UsageRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tables, over one connection. Bills, refusals and the offsets from which to go on are stored
 * in one transaction, so that neither a crash nor a second instance can part them. Not thread-safe.
 */
final class UsageDatabase implements AutoCloseable {

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS weir_usage (
            tenant text NOT NULL,
            request_id text NOT NULL,
            model text NOT NULL,
            deployment text NOT NULL,
            accelerator text NOT NULL,
            lane text NOT NULL,
            status text NOT NULL,
            prompt_tokens integer NOT NULL,
            cached_tokens integer NOT NULL,
            completion_tokens integer NOT NULL,
            reasoning_tokens integer NOT NULL,
            wasted_tokens integer NOT NULL,
            engine_time_us bigint NOT NULL,
            finished_at timestamptz NOT NULL,
            kafka_partition integer NOT NULL,
            kafka_offset bigint NOT NULL,
            PRIMARY KEY (tenant, request_id))""",
          "CREATE INDEX IF NOT EXISTS weir_usage_finished_at ON weir_usage (finished_at)",
          """
          CREATE TABLE IF NOT EXISTS weir_usage_refused (
            kafka_partition integer NOT NULL,
            kafka_offset bigint NOT NULL,
            code text NOT NULL,
            message text NOT NULL,
            record_key bytea,
            record_value bytea,
            refused_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (kafka_partition, kafka_offset))""",
          """
          CREATE TABLE IF NOT EXISTS weir_usage_progress (
            kafka_partition integer PRIMARY KEY,
            next_offset bigint NOT NULL)""");

  private static final String INSERT_BILL =
      "INSERT INTO weir_usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (tenant, request_id) DO NOTHING";
  private static final String SELECT_BILL =
      "SELECT kafka_partition, kafka_offset FROM weir_usage WHERE tenant = ? AND request_id = ?";
  private static final String INSERT_REFUSAL =
      "INSERT INTO weir_usage_refused VALUES (?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (kafka_partition, kafka_offset) DO NOTHING";
  private static final String INSERT_PROGRESS =
      "INSERT INTO weir_usage_progress VALUES (?, ?) ON CONFLICT (kafka_partition) DO NOTHING";
  private static final String SELECT_PROGRESS =
      "SELECT next_offset FROM weir_usage_progress WHERE kafka_partition = ?";
  private static final String UPDATE_PROGRESS =
      "UPDATE weir_usage_progress SET next_offset = ? WHERE kafka_partition = ? AND next_offset = ?";

  private final Connection connection;

  private UsageDatabase(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @throws DatabaseException if the database is not there, or not as it should be
   */
  static UsageDatabase open(Connector connector, boolean createTables) {
    Connection connection = null;
    try {
      connection = connector.connect();
      connection.setAutoCommit(false);
      var database = new UsageDatabase(connection);
      if (createTables) {
        database.transact(database::createTables);
      }
      return database;
    } catch (SQLException e) {
      close(connection, e);
      throw new DatabaseException(e);
    } catch (RuntimeException | Error e) {
      close(connection, e);
      throw e;
    }
  }

  /**
   * Where to go on in partitions.
   *
   * @param beginnings where, by partition, if nothing of it was ever stored
   */
  Map<Integer, Long> nextOffsets(Map<Integer, Long> beginnings) {
    return transact(
        () -> {
          var offsets = new TreeMap<>(beginnings);
          for (var partition : offsets.entrySet()) {
            execute(INSERT_PROGRESS, partition.getKey(), partition.getValue());
            partition.setValue(selectProgress(partition.getKey()));
          }
          return offsets;
        });
  }

  private long selectProgress(int partition) throws SQLException {
    try (var select = prepare(SELECT_PROGRESS, partition);
        var rows = select.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("The row of partition " + partition + " was just made and is gone");
      }
      return rows.getLong(1);
    }
  }

  /**
   * Stores bills and refusals, and how far they bring their partitions: all, or nothing. A bill
   * that is stored already is left as it is; a second one of the same request becomes a refusal.
   *
   * @throws OvertakenException if one of the partitions is not where a step begins
   * @throws DatabaseException if nothing, or nobody knows whether anything, was stored
   */
  List<Refusal> store(List<Bill> bills, List<Refusal> refusals, List<Step> steps) {
    return transact(
        () -> {
          // First, and in order: the row locks keep other instances of the partitions out.
          for (var step : steps.stream().sorted(Comparator.comparing(Step::partition)).toList()) {
            if (execute(UPDATE_PROGRESS, step.to(), step.partition(), step.from()) != 1) {
              throw new OvertakenException(step);
            }
          }
          var second = insert(bills);
          for (var refusal : refusals) {
            insert(refusal);
          }
          for (var refusal : second) {
            insert(refusal);
          }
          return second;
        });
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private Void createTables() throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var table : TABLES) {
        statement.execute(table);
      }
    }
    return null;
  }

  /** Returns those that are second ones. */
  private List<Refusal> insert(List<Bill> bills) throws SQLException {
    int[] counts;
    try (var insert = connection.prepareStatement(INSERT_BILL)) {
      for (var bill : bills) {
        set(insert, values(bill));
        insert.addBatch();
      }
      counts = insert.executeBatch();
    }
    var second = new ArrayList<Refusal>();
    for (int i = 0; i < counts.length; i++) {
      // A driver that rewrites batches does not count: then the table tells whose bill it holds.
      if (counts[i] != 1) {
        whatStandsInTheWay(bills.get(i)).ifPresent(second::add);
      }
    }
    return second;
  }

  /** Empty if it is the bill itself that is stored. */
  private Optional<Refusal> whatStandsInTheWay(Bill bill) throws SQLException {
    var usage = bill.usage();
    try (var select = prepare(SELECT_BILL, usage.getTenant(), usage.getRequestId());
        var rows = select.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("A bill is neither stored nor in the way of one: " + usage);
      }
      var partition = rows.getInt(1);
      var offset = rows.getLong(2);
      return partition == bill.partition() && offset == bill.offset()
          ? Optional.empty()
          : Optional.of(Refusals.notUnique(bill, partition, offset));
    }
  }

  private void insert(Refusal refusal) throws SQLException {
    execute(
        INSERT_REFUSAL,
        refusal.partition(),
        refusal.offset(),
        refusal.code(),
        refusal.message(),
        refusal.key(),
        refusal.value());
  }

  private static Object[] values(Bill bill) {
    UsageRecord record = bill.usage();
    var tokens = record.getUsage();
    return new Object[] {
      record.getTenant(),
      record.getRequestId(),
      record.getModel(),
      record.getDeployment(),
      record.getAccelerator(),
      record.getLane().name().toLowerCase(Locale.ROOT),
      record.getStatus().name().toLowerCase(Locale.ROOT),
      tokens.getPromptTokens(),
      tokens.getCachedTokens(),
      tokens.getCompletionTokens(),
      tokens.getReasoningTokens(),
      tokens.getWastedTokens(),
      record.getEngineTimeUs(),
      OffsetDateTime.ofInstant(Instant.ofEpochMilli(record.getFinishedAtMs()), ZoneOffset.UTC),
      bill.partition(),
      bill.offset()
    };
  }

  private int execute(String sql, Object... values) throws SQLException {
    try (var statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    var statement = connection.prepareStatement(sql);
    set(statement, values);
    return statement;
  }

  private static void set(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        statement.setNull(i + 1, Types.BINARY);
      } else {
        statement.setObject(i + 1, values[i]);
      }
    }
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  /** What fails in between is undone by closing the connection, which the caller then does. */
  private <T> T transact(Work<T> work) {
    try {
      var result = work.run();
      connection.commit();
      return result;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static void close(Connection connection, Throwable reason) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }
}
