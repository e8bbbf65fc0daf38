// What a kind of record says of its columns; the rest of its storage is the same for all kinds.

package import Measures
internal import RegistryDomain
internal import Storage

/// A state that has a table `<resource>_state` beside the identities in `<resource>`.
protocol StoredState: RecordState {
  /// Columns of the state's own, besides name, ends and clocks.
  static var columns: [String] { get }

  /// Values in the order of `columns`.
  var columnValues: [SQLValue] { get }

  init(row: SQLRow, name: String) throws(StorageError)

  static func entity(_ record: Record<Self>) -> RegistryEntity
}

extension ValidTime {
  /// The first day as stored; years below 1000 keep four digits, so texts order as days do.
  var storedStart: String { start.description }
  var storedEnd: String { end?.description ?? TwoClocks.openDate }

  init(row: SQLRow) throws(StorageError) {
    self.init(
      from: try Self.shown(row, "shown_from"), to: try Self.shown(row, "shown_to"))
  }

  private static func shown(
    _ row: SQLRow, _ column: String
  ) throws(StorageError) -> PartialDate? {
    let text = try row.text(column)
    if text.isEmpty { return nil }
    do {
      return try PartialDate(parsing: text)
    } catch {
      throw StorageError(.corrupt, "Column \(column) holds no date.", cause: "\(error)")
    }
  }
}

extension StorageError {
  /// A stored value that the program does not know.
  static func unreadable(_ column: String) -> StorageError {
    StorageError(.corrupt, "Column \(column) holds a value that is not known.")
  }
}

/// What a read asks of the two clocks, in the columns' terms.
package struct Moment: Sendable, Hashable {
  package var day: CalendarDate
  /// Recorded time in microseconds; nil asks what is believed now.
  package var recordedTime: Int64?

  package init(day: CalendarDate, recordedTime: Int64? = nil) {
    self.day = day
    self.recordedTime = recordedTime
  }

  var dayText: String { day.description }

  /// What is believed now is what is known just before the end of time.
  var knownAt: Int64 { recordedTime ?? TwoClocks.openTime - 1 }
}
