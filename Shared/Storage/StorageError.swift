// The one error of this room. Engines translate their own codes into it, so that a service
// decides by `code` and never by an engine's number.

/// The table and columns of a violated constraint, as far as the engine names them.
package struct ViolatedConstraint: Sendable, Hashable {
  package var table: String
  /// Columns of the key in the engine's order; empty when the engine names only the constraint.
  package var columns: [String]
  /// The constraint's name where the engine has one (PostgreSQL), otherwise empty.
  package var name: String

  package init(table: String, columns: [String], name: String) {
    self.table = table
    self.columns = columns
    self.name = name
  }
}

package struct StorageError: Error, Sendable {
  package enum Code: String, Sendable, CaseIterable {
    /// The database cannot be reached, or refuses service. Try again; recovery needs no restart.
    case unavailable
    /// A unique key exists already, or a `request_id` was used for something else.
    case conflict
    /// A referenced row is missing, or a row is still referenced.
    case foreignKey
    /// A NOT NULL or CHECK rule is violated.
    case constraint
    /// An integer left the 64-bit range.
    case overflow
    /// The file or an index is damaged, or a stored text cannot be decoded.
    case corrupt
    /// Too many callers wait, a lock was not granted in time, or retries are used up.
    case busy
    /// No space left.
    case full
    /// A write was tried in a read.
    case readOnly
    /// One statement ran longer than `statementTimeout`.
    case timeout
    /// The caller's deadline passed.
    case deadlineExceeded
    /// The caller's task was cancelled.
    case cancelled
    /// A value that cannot be stored or understood: NUL in text, a foreign page token, …
    case invalidArgument
    /// A change-feed cursor that is no longer served: take a snapshot again.
    case outOfRange
    /// The revision named by the caller's ETag is not the current one.
    case stale
    /// The SQL text breaks the portability rules, or the engine rejects it. A defect of ours.
    case invalidStatement
    /// A released migration was changed, or the database is newer than the program.
    case migration
    /// The `Database` was closed.
    case closed
    /// None of the above. A defect of ours or of an engine.
    case `internal`
  }

  package var code: Code
  /// Safe to send: names no value of a row, no host and no password.
  package var message: String
  package var constraint: ViolatedConstraint?
  /// True when a commit was sent and its answer never came: the change may or may not be there.
  /// `writeOnce` resolves this by itself; a plain `write` leaves it to the caller.
  package var outcomeUnknown: Bool
  /// The engine's own words, for the log only.
  package var cause: String?
  /// The transaction was rolled back for a reason that a second try may not meet.
  var isRetryable: Bool

  package init(
    _ code: Code, _ message: String, constraint: ViolatedConstraint? = nil,
    outcomeUnknown: Bool = false, cause: String? = nil
  ) {
    self.code = code
    self.message = message
    self.constraint = constraint
    self.outcomeUnknown = outcomeUnknown
    self.cause = cause
    self.isRetryable = false
  }

  /// The same error, marked as worth another try of the whole transaction.
  func retryable() -> StorageError {
    var error = self
    error.isRetryable = true
    return error
  }
}

extension StorageError: CustomStringConvertible, CustomDebugStringConvertible {
  package var description: String { "\(code.rawValue): \(message)" }

  package var debugDescription: String {
    var text = description
    if let constraint {
      text += " [\(constraint.table)(\(constraint.columns.joined(separator: ", ")))"
      text += constraint.name.isEmpty ? "]" : " \(constraint.name)]"
    }
    if outcomeUnknown { text += " [outcome unknown]" }
    if let cause { text += " — \(cause)" }
    return text
  }
}
