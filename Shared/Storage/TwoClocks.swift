// Facts have two clocks. *Valid time* is when something was so in the world: dates, [from, to).
// *Recorded time* is when we knew it: microseconds, [recorded_at, superseded_at). Rows are
// never changed but for superseded_at, and never deleted.
//
// Open ends are the greatest values, not NULL: comparisons need no second case, and a unique key
// that includes superseded_at allows one current row.

package enum TwoClocks {
  /// `valid_to` of what still holds.
  package static let openDate = "9999-12-31"
  /// `superseded_at` of what is still believed.
  package static let openTime = Int64.max

  /// The four columns with their rules, for a CREATE TABLE; no comma at the end.
  package static func columns(_ dialect: Dialect) -> String {
    """
    valid_from \(dialect.text) NOT NULL,
      valid_to \(dialect.text) NOT NULL DEFAULT '\(openDate)',
      recorded_at BIGINT NOT NULL,
      superseded_at BIGINT NOT NULL DEFAULT \(openTime),
      CHECK (valid_from < valid_to),
      CHECK (recorded_at < superseded_at)
    """
  }

  /// Believed now. `table` is the alias in the statement.
  package static func current(_ table: String) -> String {
    "\(table).superseded_at = \(openTime)"
  }

  /// Believed at a recorded time; `parameter` is such as `$2`, microseconds.
  package static func known(at parameter: String, _ table: String) -> String {
    "\(table).recorded_at <= \(parameter) AND \(table).superseded_at > \(parameter)"
  }

  /// True in the world on a day; `parameter` is a date as text.
  package static func valid(on parameter: String, _ table: String) -> String {
    "\(table).valid_from <= \(parameter) AND \(table).valid_to > \(parameter)"
  }

  /// True in the world on some day of [from, to).
  package static func valid(from: String, to: String, _ table: String) -> String {
    "\(table).valid_from < \(to) AND \(table).valid_to > \(from)"
  }
}

extension WriteTransaction {
  /// Ends the belief in the current rows of `table` that `condition` picks (over the alias `t`,
  /// with `parameters` from $1 on), and returns the time at which their successors begin: write
  /// it into their `recorded_at`. It is `now`, or later when a row was recorded by a clock that
  /// runs ahead of ours.
  package func supersede(
    _ table: String, where condition: String, _ parameters: [SQLValue]
  ) throws(StorageError) -> Int64 {
    try SQLText.checkIdentifiers([table])
    let current = TwoClocks.current("t")
    let newest = try queryOne(
      "SELECT MAX(t.recorded_at) AS newest FROM \(table) AS t WHERE \(current) AND (\(condition))",
      parameters)
    let time = max(now, (try newest?.optionalInt64("newest") ?? 0) + 1)
    try execute(
      """
      UPDATE \(table) AS t SET superseded_at = $\(parameters.count + 1)
      WHERE \(current) AND (\(condition))
      """, parameters + [.integer(time)])
    return time
  }
}
