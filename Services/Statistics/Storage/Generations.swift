// The data generation: a number that rises with every committed change, and by which answers are
// named and cached. It is the sum of counters that each change raises in its own transaction, so
// two reads that see the same sum see the same data.

package import Storage

/// Versions of what one read transaction sees.
package struct DataVersions: Sendable, Hashable {
  package let generation: Int64
  package let catalogue: Int64
  package let register: Int64
}

package enum Generations {
  enum Kind: String {
    case figures, catalogue, register
  }

  private static let shards: Int64 = 64

  package static func versions(
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> DataVersions {
    let row = try transaction.queryOne(
      """
      SELECT SUM(value) AS generation,
        SUM(CASE WHEN kind = 'catalogue' THEN value ELSE 0 END) AS catalogue,
        SUM(CASE WHEN kind = 'register' THEN value ELSE 0 END) AS register
      FROM data_generation
      """)
    guard let row else { throw StorageError(.corrupt, "The database was not migrated.") }
    return DataVersions(
      generation: try row.int64("generation"), catalogue: try row.int64("catalogue"),
      register: try row.int64("register"))
  }

  /// Raises the generation, once for each change. Figures have many shards, so that writers
  /// rarely meet on one.
  static func raise(_ kind: Kind, _ transaction: WriteTransaction) throws(StorageError) {
    let shard = kind == .figures ? transaction.now % shards : 0
    try transaction.execute(
      "UPDATE data_generation SET value = value + 1 WHERE kind = $1 AND shard = $2",
      [.text(kind.rawValue), .integer(shard)])
  }
}

extension WriteTransaction {
  /// Tells that stated figures changed, which the shared book of stated figures stores.
  package func raiseFigureGeneration() throws(StorageError) {
    try Generations.raise(.figures, self)
  }
}
