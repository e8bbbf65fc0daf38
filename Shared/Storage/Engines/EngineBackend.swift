// What an engine must offer. All calls block and run on a worker thread that holds a lease.

/// A connection inside a transaction.
protocol EngineSession: AnyObject {
  var dialect: Dialect { get }

  /// Runs one statement, hands over its rows and returns the number of changed rows.
  func run(
    _ sql: String, _ parameters: [SQLValue], streaming: Bool,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) -> Int

  /// Stores every row, or throws.
  func bulkInsert(into table: String, columns: [String], rows: [[SQLValue]]) throws(StorageError)
}

enum BulkInsert {
  /// A load that lost rows on the way must not be committed as a whole one.
  static func check(_ stored: Int, of sent: Int, _ table: String) throws(StorageError) {
    guard stored == sent else {
      throw StorageError(
        .internal, "Not every row of a bulk insert was stored.",
        cause: "\(stored) of \(sent) rows in \(table)")
    }
  }
}

/// How far concurrent transactions may see each other (SQLite has one writer and no choice).
enum Isolation: Sendable {
  /// As if transactions ran one after the other: what a body reads stays true until it commits.
  case serializable
  /// For our own bookkeeping, which takes its locks explicitly.
  case readCommitted
}

protocol EngineBackend: AnyObject, Sendable {
  var dialect: Dialect { get }
  /// Leases for reads and for writes; one queue when they share connections.
  var readLeases: LeaseQueue { get }
  var writeLeases: LeaseQueue { get }
  /// Leases for `rehearse`.
  var rehearsalLeases: LeaseQueue { get }
  /// Whether opening made the database.
  var isNew: Bool { get }

  /// Runs the body in one consistent snapshot.
  func read<T>(_ control: OperationControl, _ body: (any EngineSession) throws -> T) throws -> T

  /// Runs the body in a transaction and commits it durably; a throwing body rolls back.
  func write<T>(
    _ isolation: Isolation, _ control: OperationControl,
    _ body: (any EngineSession) throws -> T
  ) throws -> T

  /// Runs the body in a transaction that is rolled back, and keeps other writers waiting as
  /// little as the engine can.
  func rehearse<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T

  /// Why writes are refused: a failed sync leaves it unknown what reached the disk, until the
  /// process starts anew; a file that was deleted or moved takes no writes until it is back.
  var failure: StorageError? { get }

  /// Closes idle connections. No lease is out any more.
  func close()
}
