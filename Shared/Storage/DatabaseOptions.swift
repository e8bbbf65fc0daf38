// Every limit of this room, with its default. The README prints them as a table.

package struct DatabaseOptions: Sendable {
  /// Connections to PostgreSQL, shared by reads and writes.
  package var maximumConnections = 8
  /// Connections that read an SQLite file at the same time; there is always one writer.
  package var maximumReaders = 4
  /// Callers that may wait for a connection; one more is refused as `busy`.
  package var maximumWaiting = 1_024
  /// Long dry runs (`rehearse`) at the same time, each on a copy of the SQLite file.
  package var maximumRehearsals = 2
  /// Longest wait for a connection when the caller names no deadline; with one, it is the
  /// deadline that bounds the wait.
  package var leaseTimeout: Duration = .seconds(10)
  /// Longest time to make a connection to PostgreSQL.
  package var connectTimeout: Duration = .seconds(3)
  /// Longest time of one statement.
  package var statementTimeout: Duration = .seconds(30)
  /// Longest wait for a lock of another transaction, or for another process's SQLite write.
  package var lockTimeout: Duration = .seconds(5)
  /// Longest pause inside a transaction before PostgreSQL ends it: a stuck transaction holds
  /// back the change feed.
  package var idleTransactionTimeout: Duration = .seconds(30)
  /// Tries of one transaction when the engine asks for another (serialization, deadlock, busy).
  package var maximumAttempts = 8
  /// First pause between tries; it doubles, with jitter.
  package var retryPause: Duration = .milliseconds(2)
  /// Rows that one `query` may return; `forEach` has no such limit.
  package var maximumRows = 1_000_000
  /// Distinct statements kept prepared by a connection.
  package var maximumStatements = 512
  /// UTF-8 bytes of one text parameter.
  package var maximumTextBytes = 16 * 1_024 * 1_024
  /// Bytes of a stored response (`writeOnce`).
  package var maximumResponseBytes = 1_024 * 1_024
  /// Bytes of an event's payload, and of each of an audit entry's two sides.
  package var maximumPayloadBytes = 1_024 * 1_024
  /// How often a waiting reader of the feed looks for changes made by other processes.
  package var feedPollInterval: Duration = .milliseconds(100)
  /// Name shown in `pg_stat_activity`.
  package var applicationName = "lianshe"
  package var clock = StorageClock.system

  package init() {}
}
