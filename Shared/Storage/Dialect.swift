// The few places where the text itself must differ. A migration is written once, as a function
// of the dialect; statements outside migrations are portable and do not look at it.

package enum Dialect: String, Sendable, CaseIterable {
  case sqlite, postgres

  /// A text column. Always by this helper: PostgreSQL must compare bytes as SQLite does, or
  /// order, ranges and page tokens differ between the engines (and between server locales).
  package var text: String {
    switch self {
    case .sqlite: "TEXT"
    case .postgres: "TEXT COLLATE \"C\""
    }
  }

  /// A surrogate key that the engine counts up: `id \(dialect.identity)`.
  package var identity: String {
    switch self {
    case .sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT"
    case .postgres: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    }
  }

  /// Ends a CREATE TABLE whose primary key is not one integer: SQLite then keeps one b-tree
  /// instead of two. Starts with a space; empty on PostgreSQL.
  package var withoutRowID: String {
    switch self {
    case .sqlite: " WITHOUT ROWID"
    case .postgres: ""
    }
  }

  /// A table constraint that keeps a BIGINT column integral. SQLite turns `9223372036854775807
  /// + 1` into a floating-point number and would store it; PostgreSQL refuses by itself.
  package func integral(_ columns: String...) -> String {
    switch self {
    case .sqlite:
      "CHECK ("
        + columns.map { "typeof(\($0)) IN ('integer', 'null')" }.joined(separator: " AND ") + ")"
    case .postgres: "CHECK (TRUE)"
    }
  }
}
